import { expect, test } from "vitest";
import { trimIcu } from "../../bin/build/single/icu.ts";
import { type Part, programOf, withoutZeros } from "../../bin/build/single/node-parts.ts";

const PAGE = 0x1_0000;
const MIB = 0x10_0000;

/** Where the bytes of the parts are mapped, by address: pages with nothing but zeros are left out. */
function memory(file: Buffer, parts: readonly Part[]): Map<number, string> {
  const pages = new Map<number, string>();
  for (const { address, offset, fileSize } of parts) {
    for (let at = 0; at < fileSize; at += 4096) {
      const page = file.subarray(offset + at, offset + Math.min(at + 4096, fileSize));
      if (page.some((byte) => byte !== 0)) pages.set(address + at, page.toString("hex"));
    }
  }
  return pages;
}

/** A file with bytes that differ everywhere except where it is told to have zeros. */
function fileWithZeros(size: number, ...zeros: readonly (readonly [from: number, to: number])[]): Buffer {
  const file = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) file.writeUInt32LE(1 + at, at);
  for (const [from, to] of zeros) file.fill(0, from, to);
  return file;
}

test.each<[what: string, zeros: readonly (readonly [from: number, to: number])[], left: number]>([
  ["none", [], 0],
  ["few", [[PAGE, PAGE + MIB - 4]], 0],
  ["many", [[PAGE, PAGE + 2 * MIB]], 2 * MIB],
  ["many, not in whole pages", [[5000, 5000 + 2 * MIB]], 2 * MIB - PAGE],
  [
    "many, twice",
    [
      [PAGE, PAGE + MIB],
      [4 * MIB, 6 * MIB],
    ],
    3 * MIB,
  ],
  ["many at the end of a part", [[6 * MIB, 8 * MIB]], 2 * MIB],
  ["many across two parts", [[7 * MIB, 9 * MIB]], 2 * MIB],
])("zeros that are left out: %s", (_what, zeros, left) => {
  const file = fileWithZeros(10 * MIB, ...zeros);
  const parts: Part[] = [
    { flags: 4, address: 0x40_0000, offset: 0, fileSize: 8 * MIB, memorySize: 8 * MIB },
    { flags: 6, address: 0xd0_0000, offset: 8 * MIB, fileSize: 2 * MIB - 100, memorySize: 3 * MIB },
  ];
  const smaller = withoutZeros(file, parts);
  expect(file.length - smaller.kept.length).toBe(left);
  expect(memory(smaller.kept, smaller.parts)).toEqual(memory(file, parts));
  // Each part is mapped from a page of the file, and together they have the same addresses.
  const ranges = smaller.parts.flatMap(({ address, memorySize }) => [address, address + memorySize]);
  expect([ranges[0], ranges.at(-1)]).toEqual([0x40_0000, 0x100_0000]);
  for (const { address, offset } of smaller.parts) expect((address - offset) % PAGE).toBe(0);
  for (const { memorySize, fileSize } of smaller.parts.slice(0, -1))
    if (memorySize > fileSize) expect(fileSize % PAGE).toBe(0);
});

test("the headers of a program", () => {
  const { parts, interpreter, entry, headersAt, headers } = programOf(elf());
  expect(parts).toEqual([{ flags: 5, address: 0x40_0000, offset: 0, fileSize: 0x1000, memorySize: 0x2000 }]);
  expect({ interpreter, entry, headersAt, headers }).toEqual({
    interpreter: "/lib/ld.so",
    entry: 0x40_0123,
    headersAt: 0x40_0040,
    headers: 3,
  });
});

function elf(): Buffer {
  const file = Buffer.alloc(0x1000);
  file.writeBigUInt64LE(0x40_0123n, 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(3, 56);
  const headers = [
    { type: 6, flags: 4, offset: 64, address: 0x40_0040, fileSize: 168, memorySize: 168 },
    { type: 3, flags: 4, offset: 0x200, address: 0x40_0200, fileSize: 11, memorySize: 11 },
    { type: 1, flags: 5, offset: 0, address: 0x40_0000, fileSize: 0x1000, memorySize: 0x2000 },
  ];
  for (const [i, { type, flags, ...numbers }] of headers.entries()) {
    const at = 64 + 56 * i;
    file.writeUInt32LE(type, at);
    file.writeUInt32LE(flags, at + 4);
    const { offset, address, fileSize, memorySize } = numbers;
    for (const [field, number] of [offset, address, address, fileSize, memorySize].entries()) {
      file.writeBigUInt64LE(BigInt(number), at + 8 + 8 * field);
    }
  }
  file.write("/lib/ld.so\0", 0x200, "latin1");
  return file;
}

/** ICU's data with these items in a file, behind something else: what an item holds is its name. */
function withIcu(names: readonly string[]): Buffer {
  const header = Buffer.alloc(32);
  header.writeUInt16LE(header.length, 0);
  header.writeUInt16LE(0x27da, 2);
  header.write("CmnD", 12, "latin1");
  const texts = names.map((name) => Buffer.from(`icudt1l/${name}\0`, "latin1"));
  const data = names.map((name) => Buffer.from(name.padEnd(16 * Math.ceil((name.length + 1) / 16), "\0"), "latin1"));
  const table = Buffer.alloc(4 + 8 * names.length);
  table.writeUInt32LE(names.length, 0);
  let [name, item] = [table.length, table.length + Buffer.concat(texts).length];
  for (const i of names.keys()) {
    table.writeUInt32LE(name, 4 + 8 * i);
    table.writeUInt32LE(item, 8 + 8 * i);
    name += texts[i]?.length ?? 0;
    item += data[i]?.length ?? 0;
  }
  return Buffer.concat([Buffer.from("CmnD is here, too"), header, table, ...texts, ...data, Buffer.from("behind")]);
}

/** The items that the table names, with what the table finds for each. */
function itemsOf(file: Buffer): string[][] {
  const start = file.lastIndexOf("CmnD") - 12 + 32;
  const text = (at: number): string => file.toString("latin1", at, file.indexOf(0, at));
  return Array.from({ length: file.readUInt32LE(start) }, (_, i) => {
    const [name, data] = [file.readUInt32LE(start + 4 + 8 * i), file.readUInt32LE(start + 8 + 8 * i)];
    return [text(start + name), text(start + data)];
  });
}

test("of ICU's data that of other languages, encodings and scripts is removed", () => {
  const needed = [
    "brkitr/char.brk",
    "brkitr/en.res",
    "cnvalias.icu",
    "coll/ucadata.icu",
    "en.res",
    "en_GB.res",
    "nfkc.nrm",
  ];
  const more = [
    "pool.res",
    "res_index.res",
    "root.res",
    "units.res",
    "zone/res_index.res",
    "zone/tzdbNames.res",
    "zoneinfo64.res",
  ];
  const others = [
    "af.res",
    "brkitr/thaidict.dict",
    "coll/de_.res",
    "de_AT.res",
    "gb18030-2022.cnv",
    "rbnf/en.res",
    "sr_Latn_RS.res",
  ];
  const names = [...needed, ...more, ...others, "translit/root.res"].sort();
  const file = withIcu([...names, "zu_ZA.res"]);
  const before = file.length;
  expect(itemsOf(file)).toHaveLength(names.length + 1);
  trimIcu(file);
  expect(itemsOf(file)).toEqual([...needed, ...more].sort().map((name) => [`icudt1l/${name}`, name]));
  expect([file.length, file.toString("latin1", before - 6)]).toEqual([before, "behind"]);
});

test.each([
  ["no data of ICU", Buffer.from("CmnD is here alone"), "Node has ICU's data 0 times"],
  ["two", Buffer.concat([withIcu(["zu.res"]), withIcu(["zu.res"])]), "Node has ICU's data 2 times"],
  ["an end that isn't known", withIcu(["af.res", "zoneinfo64.res"]), "ICU's last item is zoneinfo64.res"],
])("a Node with %s is refused", (_what, file, reason) => {
  expect(() => trimIcu(file)).toThrow(reason);
});
