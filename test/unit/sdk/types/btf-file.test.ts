import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { btfContent, declarationOf, parsedBtf, readBtf } from "../../../../src/sdk/types/btf-file.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { elfWithBtf } from "../../../helpers/elf-builder.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

function file(name: string, bytes: Uint8Array): string {
  const path = join(scratch.folder, name);
  writeFileSync(path, bytes);
  return path;
}

function kernelAndModule(): { kernel: Uint8Array; module: Uint8Array } {
  const base = new BtfBuilder();
  base.signed("int", 4);
  const split = new BtfBuilder(base);
  split.typedef("own_t", 1);
  const shape = { wide: true, littleEndian: true };
  return { kernel: elfWithBtf(base.build(), shape), module: elfWithBtf(split.build(), shape) };
}

test("a path may name a declaration behind a colon, unless a file is called so", () => {
  const path = file("prog.o", Uint8Array.of(1));
  const odd = file("prog.o:conns", Uint8Array.of(1));
  const bytes = Uint8Array.of(1);
  expect(declarationOf(path)).toEqual({ path, declaration: undefined });
  expect(declarationOf(`${path}:flows`)).toEqual({ path, declaration: "flows" });
  expect(declarationOf(odd)).toEqual({ path: odd, declaration: undefined });
  expect(declarationOf(`${path}.gone:x`)).toEqual({ path: `${path}.gone:x`, declaration: undefined });
  expect(declarationOf(":x")).toEqual({ path: ":x", declaration: undefined });
  expect(declarationOf(bytes)).toEqual({ path: bytes, declaration: undefined });
});

test("split BTF is read on the base that is given, from files and bytes", () => {
  const { kernel, module } = kernelAndModule();
  const [kernelPath, modulePath] = [file("vmlinux", kernel), file("nat.ko", module)];
  for (const [from, base] of [
    [modulePath, kernelPath],
    [module, kernel],
  ] as const) {
    expect(readBtf(from, base).idsByName("own_t")).toEqual([2]);
  }
});

test("without a base that fits it is refused, with its name and the cure", () => {
  const path = file("nat.ko", kernelAndModule().module);
  expect(() => readBtf(path)).toThrow(/read BTF in .*nat\.ko.*--btf-base FILE/);
});

test("the same bytes are parsed once for each base", () => {
  const { kernel, module } = kernelAndModule();
  const [first, again] = [btfContent(module), btfContent(Uint8Array.from(module))];
  const base = btfContent(kernel);
  expect(parsedBtf(first, base)).toBe(parsedBtf(again, base));
  const other = new BtfBuilder();
  other.signed("int", 4);
  expect(parsedBtf(first, btfContent(other.build()))).not.toBe(parsedBtf(first, base));
});

test("a file that isn't there or isn't BTF is named", () => {
  expect(() => readBtf("/no/such/file")).toThrow(expect.objectContaining({ code: "FILE" }));
  expect(() => readBtf(file("text", Buffer.from("no BTF at all, just text")))).toThrow(
    /read BTF in .*text: .*not BTF\?/,
  );
});
