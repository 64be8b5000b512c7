import { expect, test } from "vitest";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import { compileRender } from "../../../../src/output/render/render.ts";
import { displayWidth } from "../../../../src/output/terminal/visible.ts";
import { watchColumns } from "../../../../src/output/watch/watch-columns.ts";
import { type ScreenState, screenLines } from "../../../../src/output/watch/watch-screen.ts";
import { integerLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import { Follower } from "../../../../src/query/follow/follower.ts";
import { compileQuery } from "../../../../src/query/query.ts";
import type { FieldLayout, Layout } from "../../../../src/schema/layout.ts";
import { NO_NAMES } from "../../../helpers/report-page.ts";
import { repositoryPath } from "../../../helpers/repository.ts";

const u16 = integerLayout(16, false);
const u32 = integerLayout(32, false);
const u64 = integerLayout(64, false);
const ipv4: Layout = { ...u32, rendering: "ipv4" };

function struct(typeName: string, members: readonly (readonly [name: string, layout: Layout])[]): Layout {
  let at = 0;
  const fields = members.map(([name, layout]): FieldLayout => {
    const field = { name, bitOffset: at * 8, bitfieldBits: 0, layout };
    at += layout.size;
    return field;
  });
  return { kind: "struct", size: at, fields, typeName, tagged: false };
}

const KEY = struct("struct flow_key", [
  ["saddr", ipv4],
  ["daddr", ipv4],
  ["sport", u16],
  ["dport", u16],
]);
const VALUE = struct("struct flow", [
  ["packets", u64],
  ["bytes", u64],
  ["last_seen_ns", u64],
  ["flags", u32],
  ["pid", u32],
]);

/** Flows of 10.77.0.1, 10.77.0.10 and 10.77.0.100, whose addresses look alike where they are cut, read twice. */
function flows(): Follower {
  const shape = { keySize: KEY.size, valueSize: VALUE.size, cpus: 0, valueStride: VALUE.size };
  const follower = new Follower(
    compileQuery({}, { entryTypes: { key: KEY, value: VALUE, untyped: undefined }, shape }),
  );
  const read = (now: number, packets: readonly bigint[]): void => {
    const keys = Buffer.alloc(packets.length * KEY.size);
    const values = Buffer.alloc(packets.length * VALUE.size);
    for (const [i, count] of packets.entries()) {
      keys.set([10, 77, 0, 10 ** i, 192, 168, 254, 100 + i], i * KEY.size);
      keys.writeUInt16LE(40_000 + i, i * KEY.size + 8);
      keys.writeUInt16LE(443, i * KEY.size + 10);
      const at = i * VALUE.size;
      values.writeBigUInt64LE(count, at);
      values.writeBigUInt64LE(count * 1400n, at + 8);
      values.writeBigUInt64LE(1_000_000_000_000n + count, at + 16);
      values.writeUInt32LE(Number(count % 7n), at + 24);
      values.writeUInt32LE(4000 + i, at + 28);
    }
    follower.begin(now);
    const entries = Int32Array.from(packets.keys());
    const batch = { count: packets.length, keys, values, errnos: undefined };
    follower.add({ batch, count: packets.length, entries, cpus: undefined, cpuStride: 0, index: 0 });
    follower.end(true);
  };
  read(0, [123_456_789_012n, 1000n, 7n]);
  read(1000, [123_456_789_112n, 3000n, 7n]);
  return follower;
}

const STATE: ScreenState = {
  label: "map id 7 (flows)",
  type: "hash",
  maxEntries: 256,
  mode: "batch",
  isComplete: true,
  took: 0.4,
  interval: 1000,
  isPaused: false,
  skipped: 0,
  followed: "the first ones met",
  time: "03:00:00",
  filter: undefined,
  changesOnly: false,
  sort: { title: "value.packets.rate", isDescending: true },
  spark: undefined,
  first: () => 0,
  fit: () => ({ first: 0, row: 0 }),
  quiet: undefined,
  prompt: undefined,
  choices: undefined,
  message: undefined,
};

function screen(width: number, height = 10): string[] {
  const follower = flows();
  const cells = {
    json: { int64: "digits", enums: "name" },
    render: compileRender("text", NO_NAMES),
    shown: new ShownText(),
  } as const;
  const columns = watchColumns(follower, cells, new Set(["packets", "bytes", "last_seen_ns", "flags"]));
  const sorted = columns.map((one) => (one.title === "packets/s" ? { ...one, rank: 0 } : one));
  return screenLines(STATE, follower, [1, 0, 2], sorted, { width, height, color: false });
}

test.each([60, 80, 120, 200])("%i columns", async (width) => {
  const lines = screen(width);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  const text = `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
  await expect(text).toMatchFileSnapshot(repositoryPath("golden", "screens", `watch-${width}.txt`));
});

test("keys and the rate of the order are whole at any width that has room for the widest of them", () => {
  for (let width = 17; width <= 200; width++) {
    const words = screen(width, 40).join("\n").split(/\s+/);
    for (const whole of ["10.77.0.1", "10.77.0.10", "10.77.0.100", "192.168.254.102", "40002", "2.00k", "100"]) {
      expect(words).toContain(whole);
    }
  }
});

test("timestamps, ids and flags have no change and no rate", () => {
  const text = screen(200).join("\n");
  expect(text).toContain("last_seen_ns");
  for (const none of ["last_seen_ns/s", "flags/s", "pid/s"]) expect(text).not.toContain(none);
});
