import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generateTypeScript } from "../../../src/codegen/generate.ts";
import { RESERVED } from "../../../src/codegen/identifiers.ts";
import { OWN_NAMES, RUNTIME_FUNCTIONS, RUNTIME_TYPES } from "../../../src/codegen/runtime-names.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { declared } from "../../helpers/generated-layouts.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { typeCheck } from "../../helpers/type-check.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

const U32 = declared("u32");

/** A struct with fields of this name: a number, an enum, a struct and a string. */
function recordNamed(name: string): Layout {
  const common = { typeName: `struct ${name}`, tagged: false } as const;
  const values = [
    { name, value: 1n },
    { name: "__proto__", value: 2n },
  ];
  const state = {
    kind: "enum",
    size: 4,
    wide: false,
    signed: false,
    values,
    typeName: `enum ${name}`,
    tagged: false,
  } as const;
  const inner = { ...common, kind: "struct", size: 4, fields: [field(name, 0, U32)] } as const;
  const text = declared("char[4]");
  return {
    ...common,
    kind: "struct",
    size: 16,
    typeName: `struct ${name}_t`,
    fields: [field(name, 0, U32), field(`${name}_`, 4, state), field("in", 8, inner), field(`_${name}`, 12, text)],
  };
}

function field(name: string, offset: number, layout: Layout) {
  return { name, bitOffset: offset * 8, bitfieldBits: 0, layout };
}

/** The words that a generated file is made of. */
function wordsOfGeneratedFiles(): string[] {
  const folder = repositoryPath("golden", "generated");
  const texts = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, "utf8"));
  return [...new Set(texts.flatMap((text) => text.match(/[A-Za-z_$][\w$]*/g) ?? []))];
}

/** `Field` for `putField`, `key` for `decodeKey`: what is behind a verb may be the name of a type. */
function tails(word: string): string[] {
  return (word.match(/[A-Z][a-z0-9]*/g) ?? []).flatMap((_, i, parts) => parts.slice(i).join(""));
}

/** Names as C writes them, of which the file makes its own: `file_handle` for `FileHandle`. */
function inC(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.replace(/(?<=[a-z0-9])([A-Z])/g, "_$1").toLowerCase()))];
}

liveSuite("generated TypeScript, checked by tsc at its strictest", ["build"], () => {
  const scratch = useScratch();

  // In three parts: the compiler takes its time for hundreds of files.
  test.each([0, 1, 2])(
    "compiles for maps, structs, enums and fields called like anything in it or in TypeScript (%i)",
    async (part) => {
      const known = [...RESERVED, ...RUNTIME_FUNCTIONS, ...RUNTIME_TYPES, ...OWN_NAMES, ...wordsOfGeneratedFiles()];
      const words = inC([...known, ...known.flatMap(tails)]);
      expect(words).toEqual(expect.arrayContaining(["generated", "record", "readonly", "field", "file_handle", "key"]));
      const files = Object.fromEntries(
        words.flatMap((word, i) => {
          if (i % 3 !== part) return [];
          const layout = recordNamed(word);
          return [[`${i}.ts`, generateTypeScript({ name: word, key: layout, value: layout, perCpu: part > 0 })]];
        }),
      );
      expect(await typeCheck(scratch.folder, files)).toBe("");
    },
  );

  test("compiles for all golden files, whose types are right for every option", async () => {
    const generated = readdirSync(repositoryPath("golden", "generated"));
    const files = Object.fromEntries(
      generated.map((name) => [name, readFileSync(repositoryPath("golden", "generated", name), "utf8")]),
    );
    expect(await typeCheck(scratch.folder, { ...files, "uses.ts": USES })).toBe("");
  });

  test("a type of the key and the value is declared once", () => {
    const text = readFileSync(repositoryPath("golden", "generated", "shared.ts"), "utf8");
    expect(text.match(/export interface \w+/g)).toEqual(["export interface Addr", "export interface SharedValue"]);
  });
});

/** What must not compile is marked so, and tsc complains if it does. */
const USES = `
import { type FileHandle, type LiveHandle, type Reader } from "ebpf-map/runtime";
import { type Key, openPerCpu, type Value, type ValueAvg, type ValueMax, type ValueMin, type ValueSum } from "./per_cpu.ts";
import { openPerCpuCounter } from "./per_cpu_counter.ts";
import { type Key as ConnKey, type Value as ConnVal, openConnections } from "./connections.ts";
import { openNoKey } from "./no_key.ts";
import {
  type Bss, type ConnsKey, type ExecEvent, type Message, type OpenEvent, openChosenStream, openConns, openConnsStream, openLinks, openOneStream,
  openPerCpu as openWholePerCpu, openMixedStream, type PerCpuValueSum, type Rates, readBss, type MixedEvent,
} from "./whole.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}

export async function perCpu(live: LiveHandle, file: FileHandle): Promise<void> {
  const each = openPerCpu(live);
  same<typeof each, Reader<Key, Value[]>>(true);
  same<Awaited<ReturnType<typeof each.get>>, Value[] | undefined>(true);
  const alsoEach = await openPerCpu(file, { perCpu: "each" });
  same<typeof alsoEach, Reader<Key, Value[]>>(true);
  const sum = openPerCpu(live, { perCpu: "sum" });
  same<typeof sum, Reader<Key, ValueSum>>(true);
  const fileSum = await openPerCpu(file, { perCpu: "sum" });
  same<typeof fileSum, Reader<Key, ValueSum>>(true);
  same<ReturnType<typeof avg.getSync>, ValueAvg | undefined>(true);
  const avg = openPerCpu(live, { perCpu: "avg" });
  const least: Reader<Key, ValueMin> = openPerCpu(live, { perCpu: "min" });
  const most: Reader<Key, ValueMax> = openPerCpu(live, { perCpu: "max" });
  same<ValueSum["processed"], bigint>(true);
  same<ValueSum["dropped"], bigint>(true);
  same<ValueAvg["dropped"], number>(true);
  same<ValueMin["dropped"], number>(true);
  same<ValueSum["seen"], boolean | readonly boolean[]>(true);
  same<ValueSum["rate"], number>(true);
  const total: bigint | undefined = openPerCpuCounter(live, { perCpu: "sum" }).getSync(0);
  const values: bigint[] | undefined = openPerCpuCounter(live).getSync(0);
  // @ts-expect-error: there is no such aggregate
  openPerCpu(live, { perCpu: "median" });
  // @ts-expect-error: a generated file decodes in one way
  openPerCpu(live, { int64: "string" });
  // @ts-expect-error: also where values are aggregated
  openPerCpu(live, { perCpu: "sum", int64: "number" });
  // @ts-expect-error: a list has no field
  each.getSync(0)?.processed;
  console.log(least, most, total, values);
}

export async function whole(live: LiveHandle, file: FileHandle): Promise<void> {
  same<ReturnType<typeof openConns>, Promise<Reader<ConnsKey, Rates>>>(true);
  const variables: Bss = readBss(live);
  const saved: Bss = await readBss(file);
  const sum: PerCpuValueSum | undefined = openWholePerCpu(live, { perCpu: "sum" }).getSync({ ip: 1, port: 2 });
  const each: Rates[] | undefined = openWholePerCpu(live).getSync({ ip: 1, port: 2 });
  const link: number | undefined = openLinks(live).getSync(1);
  for await (const event of openOneStream(live, { from: "oldest" })) {
    if (event.fit === "exact") same<typeof event.value, Rates>(true);
    // @ts-expect-error: what is missing of a short event is null
    if (event.fit === "short") event.value?.packets + 1n;
  }
  for await (const event of openMixedStream(live)) {
    same<typeof event, MixedEvent>(true);
    if (event.type === "struct open_event" && event.fit !== "short") same<typeof event.value, OpenEvent>(true);
    if (event.type === "struct exec_event" && event.fit === "exact") same<typeof event.value, ExecEvent>(true);
    if (event.type === undefined) same<typeof event.value, undefined>(true);
    // @ts-expect-error: no event has this type
    if (event.type === "struct message") continue;
  }
  for await (const event of openChosenStream(live, { type: "struct message", attach: true })) {
    if (event.fit === "long") same<typeof event.value, Message>(true);
  }
  for await (const { value } of openConnsStream(live, { attach: true })) console.log(value);
  // @ts-expect-error: a perf event array is written to
  openConnsStream(live, {});
  // @ts-expect-error: one of several types is to be chosen
  openChosenStream(live, { attach: true });
  // @ts-expect-error: which is none of these
  openChosenStream(live, { attach: true, type: "struct open_event" });
  // @ts-expect-error: a ring buffer isn't written to
  openOneStream(live, { attach: true });
  // @ts-expect-error: a file has no events
  openOneStream(file);
  // @ts-expect-error: events are decoded in one way
  openOneStream(live, { int64: "string" });
  console.log(variables.counter, saved.text, sum, each, link);
}

export function plain(live: LiveHandle): void {
  const conns = openConnections(live, { onInvalid: "skip" });
  same<typeof conns, Reader<ConnKey, ConnVal>>(true);
  const zero: number | undefined = openNoKey(live).getSync(new Uint8Array(4))?.first;
  // @ts-expect-error: a generated file decodes in one way
  openConnections(live, { int64: "string" });
  // @ts-expect-error: enums are names
  openConnections(live, { enums: "number" });
  // @ts-expect-error: arrays of char are strings where they are text
  openConnections(live, { chars: "bytes" });
  // @ts-expect-error: the map has one value a key
  openConnections(live, { perCpu: "sum" });
  console.log(zero);
}
`;
