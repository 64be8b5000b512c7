import { describe, expect, test } from "vitest";
import { compileBytesDiffer } from "../../../../src/query/diff/differing-bytes.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { layoutOf } from "../typed-rows.ts";

/** The bytes of a value whose change is seen: as `x` for those that count, and `.` for those that don't. */
function countingBytes(layout: Layout): string {
  const differ = compileBytesDiffer(layout);
  const zero = new Uint8Array(layout.size);
  return Array.from({ length: layout.size }, (_, i) => {
    // Not at the start of either buffer, so that a forgotten offset shows.
    const [x, y] = [new Uint8Array(3 + layout.size), new Uint8Array(5 + layout.size)];
    expect(differ(x, 3, y, 5)).toBe(false);
    y[5 + i] = 1;
    expect(differ(zero, 0, x, 3)).toBe(false);
    return differ(x, 3, y, 5) ? "x" : ".";
  }).join("");
}

const LOCK = "struct bpf_spin_lock { u32 val; };";
const TIMER = "struct bpf_timer { u64 opaque[2]; };";

describe("which bytes of a value count", () => {
  test.each<[string, string]>([
    ["u32", "xxxx"],
    ["struct { u8 a; u32 b; }", "xxxxxxxx"],
    [`${LOCK} struct bpf_spin_lock`, "...."],
    [`${LOCK} struct { u32 a; struct bpf_spin_lock lock; u64 b; }`, "xxxx....xxxxxxxx"],
    [`${LOCK} struct { struct bpf_spin_lock lock; u32 a; }`, "....xxxx"],
    [`${LOCK} struct { u32 a; struct bpf_spin_lock lock; }`, "xxxx...."],
    [
      `${LOCK} ${TIMER} struct { struct bpf_spin_lock lock; struct bpf_timer timer; u8 n; }`,
      `....xxxx${".".repeat(16)}xxxxxxxx`,
    ],
    [
      `${LOCK} struct inner { u16 a; struct bpf_spin_lock lock; }; struct { u8 b; struct inner in[2]; }`,
      "xxxxxxxx....xxxx....",
    ],
    [`${LOCK} struct inner { struct bpf_spin_lock lock; u16 a; }; struct inner[2]`, "....xxxx....xxxx"],
    [`${LOCK} struct bpf_spin_lock[3]`, "............"],
    // The kernel manages no member of a union.
    [`${LOCK} union { struct bpf_spin_lock lock; u64 n; }`, "xxxxxxxx"],
    ["struct { u8 low : 3; u8 high : 5; }", "x"],
    ["struct { } ", ""],
  ])("%s", (type, expected) => {
    expect(countingBytes(layoutOf(type))).toBe(expected);
  });

  test("members that overlap, as only hand-made BTF has them, are counted once and in any order", () => {
    const lock = layoutOf(`${LOCK} struct bpf_spin_lock`);
    const word = layoutOf("u32");
    const at = (byte: number, layout: Layout, name: string) => ({ name, bitOffset: byte * 8, bitfieldBits: 0, layout });
    const fields = [at(6, lock, "c"), at(4, lock, "b"), at(0, word, "a"), at(4, lock, "again")];
    const record: Layout = { kind: "struct", size: 12, fields, typeName: "struct s", tagged: false };
    expect(countingBytes(record)).toBe("xxxx......xx");
  });

  test("kptrs do not count, and other pointers do", () => {
    const pointer = layoutOf("void *");
    const record = (kptr: boolean): Layout => ({
      kind: "struct",
      size: 8,
      fields: [
        {
          name: "p",
          bitOffset: 0,
          bitfieldBits: 0,
          layout: kptr ? { ...pointer, kind: "pointer", isKptr: true } : pointer,
        },
      ],
      typeName: "",
      tagged: false,
    });
    expect([countingBytes(record(true)), countingBytes(record(false))]).toEqual(["........", "xxxxxxxx"]);
  });
});
