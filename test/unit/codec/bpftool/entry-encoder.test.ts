import { describe, expect, it } from "vitest";
import type { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { encodedEntries } from "../../../helpers/encoded-entries.ts";

const formatted = (text: string): unknown => /"formatted":(.*)\}$/.exec(text)?.[1];

describe("a batch", () => {
  it("counts what was found and puts commas between elements, not before an error's columns", () => {
    const entries = [
      { key: "01", value: "00", errno: 2 },
      { key: "02", value: "07" },
      { key: "03", value: "08" },
    ];
    const { text, found } = encodedEntries(undefined, entries);
    expect(text.startsWith('{"key":["0x01"],"value":{"error":"errno 2"}},{"key":["0x02"]')).toBe(true);
    expect(JSON.parse(`[${text}]`)).toHaveLength(3);
    expect(found).toBe(2);
  });
});

describe("types that bpftool can't print", () => {
  const withKey = (make: (b: BtfBuilder) => number) => (b: BtfBuilder) => ({ key: b.int("u8", 1), value: make(b) });

  it("leaves out what stands behind a float, and names it", () => {
    const record = withKey((b) => {
      const u8 = b.int("u8", 1);
      return b.struct("s", 6, [
        { name: "a", type: u8, bitOffset: 0 },
        { name: "f", type: b.float("float", 4), bitOffset: 8 },
        { name: "z", type: u8, bitOffset: 40 },
      ]);
    });
    const { text, oddities } = encodedEntries(record, [{ key: "01", value: "010203040506" }]);
    expect(formatted(text)).toBe('{"key":1,"value":{"a":1,"f":(unsupported-kind)}}');
    expect(oddities).toEqual(["value.f"]);
    const old = encodedEntries(record, [{ key: "01", value: "010203040506" }], { version: "7.5" });
    expect(formatted(old.text)).toBe('{"key":1,"value":{"a":1,"f":(unsupported-kind}}');
  });

  it("goes on behind an array of tagged chars that is a string, and stops behind one that isn't", () => {
    const record = withKey((b) => {
      const u8 = b.int("u8", 1);
      const tagged = b.array(b.typeTag("user", b.signed("char", 1)), 2);
      return b.struct("s", 3, [
        { name: "text", type: tagged, bitOffset: 0 },
        { name: "z", type: u8, bitOffset: 16 },
      ]);
    });
    const entries = [
      { key: "01", value: "410007" },
      { key: "02", value: "ff0007" },
      { key: "03", value: "420008" },
    ];
    const { text } = encodedEntries(record, entries);
    expect(text.match(/"formatted":.*?\}\}/g)).toEqual([
      '"formatted":{"key":1,"value":{"text":"A","z":7}}',
      '"formatted":{"key":2,"value":{"text":[(unsupported-kind)]}}',
      '"formatted":{"key":3,"value":{"text":"B","z":8}}',
    ]);
  });

  it("shows only the first CPU of such a value", () => {
    const value = `${"00".repeat(8)}${"01".repeat(8)}`;
    const { text } = encodedEntries(
      withKey((b) => b.float("double", 8)),
      [{ key: "01", value }],
      { type: 5 },
    );
    expect(formatted(text)).toBe('{"key":1,"values":[{"cpu":0,"value":(unsupported-kind)}]}');
  });

  it("notes a CHAR that isn't escaped once it holds a quote", () => {
    const char = withKey((b) => b.int("c", 1, { encoding: 2 }));
    expect(encodedEntries(char, [{ key: "01", value: "41" }]).oddities).toEqual([]);
    const { text, oddities } = encodedEntries(char, [{ key: "01", value: "22" }]);
    expect(formatted(text)).toBe('{"key":1,"value":"""}');
    expect(oddities).toEqual(["value"]);
  });

  it("reads an enum64 of less than eight bytes by its size and sign", () => {
    const narrow = (signed: boolean) => withKey((b) => b.enum64("e", [["MINUS", -1n]], { size: 2, signed }));
    expect(formatted(encodedEntries(narrow(true), [{ key: "01", value: "ffff" }]).text)).toBe(
      '{"key":1,"value":"MINUS"}',
    );
    expect(formatted(encodedEntries(narrow(false), [{ key: "01", value: "ffff" }]).text)).toBe(
      '{"key":1,"value":65535}',
    );
  });

  it("refuses an array that has no bytes and no end", () => {
    const endless = withKey((b) => b.array(b.struct("none", 0, []), 0xffff_ffff));
    expect(() => encodedEntries(endless, [{ key: "01", value: "00" }])).toThrow(
      expect.objectContaining({ code: "LAYOUT_INVALID" }),
    );
  });
});

describe("bits that end with the 128th", () => {
  // What bpftool 5.10, 7.1, 7.5 and 7.8 print for bytes 11 22 … ff 11 on x86-64.
  it.each([
    [4, 124, "0x99ffeeddccbbaa99887766554433221"],
    [7, 121, "0x133ffddbb9977553310eeccaa886644"],
    [1, 127, "0x4cfff76ee65dd54cc43bb32aa2199108"],
    [0, 128, "0x99ffeeddccbbaa9999ffeeddccbbaa99"],
    [0, 127, "0x11ffeeddccbbaa998877665544332211"],
    [8, 120, "0x11ffeeddccbbaa9988776655443322"],
  ])("from bit %i, %i bits", (bitOffset, bitfieldSize, expected) => {
    const value = Buffer.from(Array.from({ length: 16 }, (_, i) => 0x11 * ((i % 15) + 1))).toString("hex");
    const record = (b: BtfBuilder) => ({
      key: b.int("u8", 1),
      value: b.struct("s", 16, [{ name: "f", type: b.int("unsigned __int128", 16), bitOffset, bitfieldSize }]),
    });
    expect(formatted(encodedEntries(record, [{ key: "01", value }]).text)).toBe(
      `{"key":1,"value":{"f":"${expected}"}}`,
    );
  });
});

describe("large values", () => {
  it("writes a value of any size through a small buffer", () => {
    const length = 100_000;
    const value = Buffer.from(Array.from({ length }, (_, i) => (i * 7) % 256)).toString("hex");
    const bytes = withBytes(length);
    const small = encodedEntries(bytes, [{ key: "01", value }], { capacity: 512 }).text;
    expect(small).toBe(encodedEntries(bytes, [{ key: "01", value }], { capacity: 1 << 22 }).text);
    expect((JSON.parse(small) as { formatted: { value: number[] } }).formatted.value).toHaveLength(length);
  });

  it("writes a string of any length through a small buffer", () => {
    const length = 50_000;
    const value = `${Buffer.from('"\\a'.repeat(length / 3)).toString("hex")}`.padEnd(2 * length, "0");
    const text = encodedEntries(
      (b) => ({ key: b.int("u8", 1), value: b.array(b.signed("char", 1), length) }),
      [{ key: "01", value }],
      { capacity: 512 },
    ).text;
    expect((JSON.parse(text) as { formatted: { value: string } }).formatted.value).toBe('"\\a'.repeat(length / 3));
  });

  it("turns a record of many members and many uses into code that grows with the types only", () => {
    const nested = (b: BtfBuilder) => {
      let type = b.int("u8", 1);
      let size = 1;
      for (let level = 0; level < 12; level++) {
        type = b.struct(`s${level}`, 2 * size, [
          { name: "a", type, bitOffset: 0 },
          { name: "b", type, bitOffset: 8 * size },
        ]);
        size *= 2;
      }
      return { key: b.int("u8", 1), value: type };
    };
    const { text } = encodedEntries(nested, [{ key: "01", value: "07".repeat(4096) }], { capacity: 512 });
    expect(text.match(/"[ab]":7/g)).toHaveLength(4096);
  });
});

function withBytes(length: number) {
  return (b: BtfBuilder) => ({ key: b.int("u8", 1), value: b.array(b.int("u8", 1), length) });
}
