import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileValueDecoder, type ValueDecoder } from "../../../src/codec/access/value-decoder.ts";
import { compileKeyEncoder } from "../../../src/codec/keys/key-encoder.ts";
import { generateFile, generateTypeScript } from "../../../src/codegen/generate.ts";
import type { EbpfMapError } from "../../../src/errors.ts";
import { GENERATED, generatedFile, generatedLayouts } from "../../helpers/generated-layouts.ts";
import { Random } from "../../helpers/random.ts";
import { randomValue } from "../../helpers/random-values.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

interface Module {
  readonly decodeValue: ValueDecoder;
  readonly decodeKey?: ValueDecoder;
  readonly encodeKey?: (key: unknown) => Uint8Array;
}

function load(name: string): Promise<Module> {
  const path = repositoryPath("golden", "generated", `${name}.ts`);
  return import(path) as Promise<Module>;
}

describe.each(GENERATED)("%s", (name) => {
  const layouts = generatedLayouts(name);

  test("is as it was", async () => {
    await expect(generateTypeScript(layouts)).toMatchFileSnapshot(repositoryPath("golden", "generated", `${name}.ts`));
  });

  test("decodes as the decoder that is compiled at run time", async () => {
    const module = await load(name);
    const random = new Random(3);
    for (let round = 0; round < 200; round++) {
      const value = randomValue(random, layouts.value.size);
      expect(module.decodeValue(value, viewOf(value), 0)).toEqual(
        compileValueDecoder(layouts.value)(value, viewOf(value), 0),
      );
      if (layouts.key === undefined) continue;
      const key = randomValue(random, layouts.key.size);
      expect(module.decodeKey?.(key, viewOf(key), 0)).toEqual(compileValueDecoder(layouts.key)(key, viewOf(key), 0));
    }
  });

  test("encodes keys as the encoder that is compiled at run time, errors too", async () => {
    const { key } = layouts;
    if (key === undefined) return;
    const module = await load(name);
    const compiled = compileKeyEncoder(key);
    const random = new Random(4);
    for (let round = 0; round < 200; round++) {
      const bytes = randomValue(random, key.size);
      const decoded = compileValueDecoder(key)(bytes, viewOf(bytes), 0);
      for (const given of [decoded, spoiled(decoded)]) {
        expect(outcome(() => module.encodeKey?.(given))).toEqual(outcome(() => compiled(given)));
      }
    }
  });
});

test("a whole file is as it was", async () => {
  await expect(generateFile(generatedFile())).toMatchFileSnapshot(repositoryPath("golden", "generated", "whole.ts"));
});

describe("names out of a BTF never become code", () => {
  const hostile = 'x"]; process.exit(1); //`*/\n\u2028';
  const u8 = {
    kind: "int",
    size: 1,
    typeName: hostile,
    tagged: false,
    encoding: "unsigned",
    bits: 8,
    bitOffset: 0,
    isChar: false,
  } as const;
  const state = {
    kind: "enum",
    size: 1,
    typeName: `enum ${hostile}`,
    tagged: false,
    wide: false,
    signed: false,
    values: [
      { name: hostile, value: 1n },
      { name: "__proto__", value: 2n },
    ],
  } as const;
  const field = (name: string, at: number, layout: typeof u8 | typeof state) => ({
    name,
    bitOffset: at * 8,
    bitfieldBits: 0,
    layout,
  });
  const fields = [field(hostile, 0, u8), field("__proto__", 1, u8), field("a b", 2, state), field("", 3, u8)];
  const record = { kind: "struct", size: 4, typeName: `struct ${hostile}`, tagged: false, fields } as const;
  const scratch = useScratch();

  test("and are properties all the same", async () => {
    const text = generateTypeScript({ name: hostile, key: record, value: record, perCpu: false });
    const path = join(scratch.folder, "hostile.ts");
    writeFileSync(
      path,
      text.replace('"ebpf-map/runtime"', JSON.stringify(repositoryPath("src", "codegen", "runtime.ts"))),
    );
    const module = (await import(path)) as Module;
    const bytes = Uint8Array.of(7, 8, 1, 9);
    const decoded = module.decodeValue(bytes, viewOf(bytes), 0) as Record<string, unknown>;
    expect(Object.entries(decoded)).toEqual([
      [hostile, 7],
      ["__proto__", 8],
      ["a b", hostile],
      ["_0", 9],
    ]);
    expect(Buffer.from(module.encodeKey?.(decoded) ?? [])).toEqual(Buffer.from([7, 8, 1, 9]));
  });
});

test("names of maps, events and variables never become code either", async () => {
  const hostile = 'x"]; process.exit(1); //`*/\n\u2028';
  const { maps, streams } = generatedFile();
  const named = { ...generatedFile(), name: hostile, leftOut: [{ name: hostile, why: hostile }] };
  const renamed = (one: { readonly name: string }, i: number): string => `${hostile}${i}${one.name}`;
  const text = generateFile({
    ...named,
    maps: maps.map((map, i) => ({ ...map, name: renamed(map, i) })),
    streams: streams.map((stream, i) => {
      const { events } = stream;
      const types = events.kind === "chosen" ? events.types.map((type) => ({ ...type, name: renamed(type, i) })) : [];
      return { ...stream, name: renamed(stream, i), events: events.kind === "chosen" ? { ...events, types } : events };
    }),
  });
  const path = join(wholeScratch.folder, "whole.ts");
  const runtime = JSON.stringify(repositoryPath("src", "codegen", "runtime.ts"));
  writeFileSync(path, text.replace('"ebpf-map/runtime"', runtime));
  const module = (await import(path)) as Record<string, unknown>;
  expect(Object.keys(module).filter((name) => /^(open|read)/.test(name)).length).toBe(4 + 4 + 1);
});

const wholeScratch = useScratch();

function spoiled(value: unknown): unknown {
  if (typeof value === "number") return -(2 ** 40);
  if (typeof value === "bigint") return 2n ** 200n;
  if (typeof value === "string") return `${value}${"x".repeat(40)}`;
  if (Array.isArray(value)) return value.slice(1);
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([name, one], i) => [name, i === entries.length - 1 ? spoiled(one) : one]));
}

function outcome(step: () => Uint8Array | undefined): unknown {
  try {
    return Buffer.from(step() ?? []).toString("hex");
  } catch (error) {
    return (error as EbpfMapError).message;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
