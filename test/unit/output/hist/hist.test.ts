import { describe, expect, test } from "vitest";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { TypedKernel, type TypedMap } from "../../../helpers/typed-kernel.ts";
import { runMain } from "../../cli/run-main.ts";
import { CONNS, COUNTS, HITS, hist as histogram, LATENCY, printed } from "../rows/row-formats.ts";

type Entries = TypedMap["entries"];

/** What `dump -o hist` prints of a map of these types. */
async function hist(
  make: (btf: BtfBuilder) => Omit<TypedMap, "entries">,
  entries: Entries,
  more: readonly string[] = [],
): Promise<string> {
  const btf = new BtfBuilder();
  const kernel = new TypedKernel(btf, [{ ...make(btf), entries }]);
  const { stdout, stderr, status } = await runMain(["dump", "id", "1", "-o", "hist", ...more], { kernel });
  return status === 0 ? stdout : stderr;
}

const word = (value: number | bigint): string => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value), true);
  return Buffer.from(view.buffer).toString("hex");
};
const name = (text: string): string => Buffer.from(text.padEnd(16, "\0")).toString("hex");

/** Labels and counts alone. */
function counts(text: string): string[] {
  return text.split("\n").map((line) => line.replace(/ *\|.*$/, "").trim());
}

const u64 = (btf: BtfBuilder): number => btf.int("u64", 8);

describe("slots in keys", () => {
  const byNumber = (btf: BtfBuilder) => ({ key: u64(btf), value: btf.signed("int64", 8) });

  test("bpftrace's hist(): the slot is log2 + 2", async () => {
    // -1; 0; 1; 2 and 3; 1024 to 2047.
    const entries: Entries = [
      [word(0), word(3)],
      [word(1), word(5)],
      [word(2), word(1)],
      [word(3), word(2)],
      [word(12), word(9)],
    ];
    expect(
      counts(await hist(byNumber, entries, ["--scale", "bpftrace"])).filter((line) => !line.endsWith(" 0")),
    ).toEqual(["< 0 3", "0 5", "1 1", "2 -> 3 2", "1024 -> 2047 9", ""]);
  });

  test("bpftrace's lhist()", async () => {
    const entries: Entries = [
      [word(0), word(1)],
      [word(1), word(2)],
      [word(11), word(3)],
    ];
    const lines = counts(await hist(byNumber, entries, ["--scale", "linear:0:1:10"]));
    expect([lines[0], lines[1], lines[10], lines[11]]).toEqual(["< 0 1", "0 2", "9 0", ">= 10 3"]);
  });

  test("are powers of two unless a scale is named, and never numbered otherwise because of the data", async () => {
    expect(counts(await hist(byNumber, [[word(3), word(7)]])).at(-2)).toBe("8 -> 15 7");
    expect(await hist(byNumber, [[word(64), word(7)]])).toMatch(
      /^Error: -o hist: this scale has slots 0 to 63, and a key has slot 64 \(--scale log2, linear, bpftrace, /,
    );
    expect(counts(await hist(byNumber, [[word(64), word(7)]], ["--scale", "linear"]))).toEqual(["64 7", ""]);
  });

  test("a slot that no scale has is an error", async () => {
    for (const scale of ["linear", "bpftrace", "linear:0:1"]) {
      expect(await hist(byNumber, [[word(2n ** 63n), word(1)]], ["--scale", scale])).toContain(
        "a key has slot 9223372036854775808",
      );
    }
  });

  test("a histogram for each name in the key", async () => {
    const byName = (btf: BtfBuilder) => ({
      key: btf.struct("key", 24, [
        { name: "comm", type: btf.array(btf.signed("char", 1), 16), bitOffset: 0 },
        { name: "slot", type: u64(btf), bitOffset: 128 },
      ]),
      value: u64(btf),
    });
    const entries: Entries = [
      [name("sh") + word(1), word(4)],
      [name("curl") + word(2), word(1)],
      [name("sh") + word(0), word(2)],
    ];
    expect(counts(await hist(byName, entries))).toEqual([
      "key.comm = sh",
      "0 -> 1 2",
      "2 -> 3 4",
      "",
      "key.comm = curl",
      "0 -> 1 0",
      "2 -> 3 0",
      "4 -> 7 1",
      "",
      "",
    ]);
  });

  test("a member named as slots are is the slot, also before others and in a struct", async () => {
    const u32 = (btf: BtfBuilder): number => btf.int("u32", 4);
    const first = (btf: BtfBuilder) => ({
      key: btf.struct("key", 12, [
        { name: "bucket", type: u64(btf), bitOffset: 0 },
        { name: "dev", type: u32(btf), bitOffset: 64 },
      ]),
      value: u64(btf),
    });
    const at = (slot: number, dev: number): string => `${word(slot)}0${dev}000000`;
    const byDevice: Entries = [
      [at(1, 7), word(4)],
      [at(0, 8), word(1)],
      [at(0, 7), word(2)],
    ];
    expect(counts(await hist(first, byDevice))).toEqual([
      "key.dev = 7",
      "0 -> 1 2",
      "2 -> 3 4",
      "",
      "key.dev = 8",
      "0 -> 1 1",
      "",
      "",
    ]);
    const inside = (btf: BtfBuilder) => {
      const inner = btf.struct("at", 8, [{ name: "slot", type: u64(btf), bitOffset: 0 }]);
      return {
        key: btf.struct("key", 16, [
          { name: "at", type: inner, bitOffset: 0 },
          { name: "pid", type: u64(btf), bitOffset: 64 },
        ]),
        value: u64(btf),
      };
    };
    expect(counts(await hist(inside, [[word(1) + word(9), word(4)]]))).toEqual([
      "key.pid = 9",
      "0 -> 1 0",
      "2 -> 3 4",
      "",
      "",
    ]);
  });

  test("counts of all CPUs are added up", async () => {
    const perCpu = (btf: BtfBuilder) => ({ type: 5, key: u64(btf), value: u64(btf), valueSize: 8 });
    const entries: Entries = [[word(1), word(4) + word(5)]];
    expect(counts(await hist(perCpu, entries, ["--scale", "bpftrace"]))).toEqual(["0 9", ""]);
  });

  test("bpftrace types its keys as bytes: what its user wrote, and the slot", async () => {
    const bytes = (length: number) => (btf: BtfBuilder) => ({
      key: btf.array(btf.signed("int8", 1), length),
      value: btf.signed("int64", 8),
    });
    expect(counts(await hist(bytes(8), [[word(3), word(7)]], ["--scale", "bpftrace"]))).toEqual(["2 -> 3 7", ""]);
    const keyed: Entries = [
      [name("sh") + word(3), word(7)],
      [name("sh") + word(1), word(1)],
      [name("curl") + word(2), word(2)],
    ];
    const named = await hist(bytes(24), keyed, ["--scale", "bpftrace", "--render", "key=char"]);
    expect(counts(named)).toEqual(["key = sh", "0 1", "1 0", "2 -> 3 7", "", "key = curl", "1 2", "", ""]);
    expect(await hist(bytes(8), [[word(3), word(7)]])).toContain("-o hist needs a value that is or has one array");
  });

  test("and has no types at all in older versions", async () => {
    const untyped = () => ({ key: 0, value: 0 });
    expect(counts(await hist(untyped, [[word(12), word(7)]], ["--scale", "bpftrace"]))).toEqual(["1024 -> 2047 7", ""]);
  });
});

describe("slots in values", () => {
  const slots = (btf: BtfBuilder): number =>
    btf.struct("hist", 16, [{ name: "slots", type: btf.array(btf.int("u32", 4), 4), bitOffset: 0 }]);
  const FOUR = "01000000 02000000 00000000 03000000".replaceAll(" ", "");

  test("of global data", async () => {
    const section = (btf: BtfBuilder) => {
      const initial = btf.var("initial_hist", slots(btf));
      const flag = btf.var("filter", btf.int("u8", 1));
      const vars = [
        { type: initial, offset: 0, size: 16 },
        { type: flag, offset: 16, size: 1 },
      ];
      return { type: 2, key: 0, value: btf.datasec(".bss", 24, vars) };
    };
    const entries: Entries = [["00000000", FOUR.padEnd(48, "0")]];
    const expected = ["0 -> 1 1", "2 -> 3 2", "4 -> 7 0", "8 -> 15 3", ""];
    expect(counts(await hist(section, entries))).toEqual(expected);
    expect(counts(await hist(section, entries, ["--select", "value.initial_hist.slots"]))).toEqual(expected);
  });

  test("several are not chosen from, but each that is selected is shown", async () => {
    const section = (btf: BtfBuilder) => {
      const vars = [{ type: btf.var("hists", btf.array(slots(btf), 2)), offset: 0, size: 32 }];
      return { type: 2, key: 0, value: btf.datasec(".bss", 32, vars) };
    };
    const entries: Entries = [["00000000", FOUR + FOUR]];
    expect(await hist(section, entries)).toBe(
      "Error: -o hist: `value` has more than one array that may hold counters (`value.hists[0].slots`, `value.hists[1].slots`): --select chooses\n",
    );
    expect(
      counts(await hist(section, entries, ["--select", "value.hists[*].slots"])).filter((line) => /hists/.test(line)),
    ).toEqual(["value.hists[0].slots", "value.hists[1].slots"]);
  });

  test("bytes are counters only where they are selected", async () => {
    const record = (btf: BtfBuilder) => ({
      key: u64(btf),
      value: btf.struct("v", 24, [
        { name: "mac", type: btf.array(btf.int("u8", 1), 8), bitOffset: 0 },
        { name: "slots", type: btf.array(btf.int("u32", 4), 4), bitOffset: 64 },
      ]),
    });
    const entries: Entries = [[word(7), word(9) + FOUR]];
    expect(counts(await hist(record, entries))[4]).toBe("8 -> 15 3");
    expect(counts(await hist(record, entries, ["--select", "value.mac", "--scale", "linear"]))).toEqual(["0 9", ""]);
  });
});

test.each([
  ["log", "did you mean log2?"],
  ["bpftrace:9", "bpftrace:BITS (0 to 5)"],
  ["linear:1", "linear:START:STEP"],
])("--scale %s is refused with what is accepted", async (scale, expected) => {
  expect(await hist((btf) => ({ key: u64(btf), value: u64(btf) }), [[word(0), word(1)]], ["--scale", scale])).toContain(
    expected,
  );
});

describe("histograms", () => {
  test("of an array in the value", async () => {
    expect(await printed(LATENCY, {}, histogram())).toBe(
      [
        "key = 1",
        "   0 -> 1  0 |                         |",
        "   2 -> 3  0 |                         |",
        "   4 -> 7  3 |█▉                       |",
        "  8 -> 15 40 |█████████████████████████|",
        " 16 -> 31  9 |█████▋                   |",
        " 32 -> 63  0 |                         |",
        "64 -> 127  1 |▋                        |",
        "",
        "",
      ].join("\n"),
    );
  });

  test("of the whole map", async () => {
    expect(await printed(COUNTS, {}, histogram({ kind: "linear" }, 20))).toBe(
      "1  5 |██████▌      |\n2 10 |█████████████|\n",
    );
  });

  test.each([CONNS, HITS])("map %i has none", async (id) => {
    const asked = id === CONNS ? { select: "value.comm" } : {};
    await expect(printed(id, asked, histogram())).rejects.toThrow(
      "-o hist needs a value that is or has one array of integers",
    );
  });
});
