import { execFileSync } from "node:child_process";
import { beforeEach, expect, test, vi } from "vitest";
import type { MapSource } from "../../../../src/reader/map-source.ts";

const v8 = process.getBuiltinModule("node:v8");
/** Node's own, which the program may run with. */
const [, DEFAULT = ""] = /--wasm-tiering-budget=(\d+)/.exec(run("--v8-options")) ?? [];
const LARGE = ["--wasm-tiering-budget=2147483647", `--wasm-tiering-budget=${DEFAULT}`];

function run(...args: string[]): string {
  return execFileSync(process.execPath, args, { encoding: "utf8" });
}

function mapOf(maxEntries: number): MapSource {
  return { info: { maxEntries } } as MapSource;
}

beforeEach(() => vi.resetModules());

test.each([
  { what: "a map of usual size", maps: [1024], flags: LARGE },
  { what: "several maps", maps: [16_384, 16_384], flags: LARGE },
  { what: "a map that is written before V8 optimizes", maps: [32], flags: [] },
  { what: "a large map", maps: [32_769], flags: [] },
  { what: "maps that are large together", maps: [16_384, 16_385], flags: [] },
  { what: "a V8 whose flags are not known", maps: [1024], v8: "99.4.254", flags: [] },
])("$what: flags $flags while the engine is compiled", async ({ maps, v8: version, flags }) => {
  const { expectFewEntries } = await import("../../../../src/cli/reads/expect-few-entries.ts");
  const { openMachine } = await import("../../../../src/codec/text/machine.ts");
  const { OutputBuffer } = await import("../../../../src/codec/text/output-buffer.ts");
  using set = vi.spyOn(v8, "setFlagsFromString");
  expectFewEntries(maps.map(mapOf), version);
  expect(set.mock.calls).toEqual([]);
  const host = { render: () => "" };
  for (let i = 0; i < 2; i++) openMachine(1, new OutputBuffer(() => undefined, { capacity: 16 }), host);
  expect(set.mock.calls.flat()).toEqual(flags);
});

test("code that was made before is taken after", async () => {
  const program = `
    const { Script } = require("node:vm");
    const { setFlagsFromString } = require("node:v8");
    const cachedData = new Script("1").createCachedData();
    for (const flag of ${JSON.stringify(LARGE)}) setFlagsFromString(flag);
    console.log(String(new Script("1", { cachedData }).cachedDataRejected));`;
  expect(run("-e", program)).toBe("false\n");
});
