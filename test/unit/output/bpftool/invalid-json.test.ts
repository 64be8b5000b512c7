import { describe, expect, test } from "vitest";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { runMain } from "../../cli/run-main.ts";

type Make = (b: BtfBuilder) => number;

/** The notes about a value's JSON. */
async function notes(make: Make, hex: string, words: readonly string[]): Promise<string> {
  const btf = new BtfBuilder();
  const map = { name: "m", key: btf.int("u32", 4), value: make(btf), entries: [["00000000", hex]] as const };
  const { stdout, stderr } = await runMain([...words, "dump", "id", "1"], { kernel: new TypedKernel(btf, [map]) });
  const isValid = ((): boolean => {
    try {
      JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(stdout, "latin1")));
      return true;
    } catch {
      return false;
    }
  })();
  if (words.length > 0) expect(isValid).toBe(stderr === "");
  return stderr;
}

const u8: Make = (b) => b.int("u8", 1);
const struct =
  (name: string): Make =>
  (b) =>
    b.struct("s", 1, [{ name, type: u8(b), bitOffset: 0 }]);
const enumOf =
  (name: string): Make =>
  (b) =>
    b.enum("e", [[name, 1]], { size: 1 });
const section =
  (name: string): Make =>
  (b) =>
    b.datasec(name, 1, [{ type: b.var("v", u8(b)), offset: 0, size: 1 }]);

describe("one line on stderr says why JSON is invalid, and names the format that is not", () => {
  test.each<[string, Make, string, RegExp]>([
    [
      "the name of a field with a control byte",
      struct("a\u0001"),
      "00",
      /"value\.a\\u0001" is a name with control characters, which bpftool does not escape \(-o ndjson is valid/,
    ],
    [
      "the name of a variable",
      (b) => b.datasec(".bss", 1, [{ type: b.var("v\u001f", u8(b)), offset: 0, size: 1 }]),
      "00",
      /"value\.v\\u001f" is a name/,
    ],
    ["the name of a section", section(".b\u0002"), "00", /"value" is a name with control characters/],
    [
      "an enumerator that is shown",
      enumOf("A\u0001"),
      "01",
      /"enum e: A\\u0001" is an enumerator with control characters/,
    ],
    [
      "a float",
      (b) => b.float("double", 8),
      "00".repeat(8),
      /"value" is double, which bpftool can't print \(-o ndjson/,
    ],
    [
      "a CHAR that ends its string",
      (b) => b.int("CHAR", 1, { encoding: 2 }),
      "22",
      /"value" is a CHAR holding " or \\/,
    ],
  ])("%s", async (_, make, hex, expected) => {
    for (const style of ["-j", "-p"]) expect(await notes(make, hex, [style])).toMatch(expected);
  });

  test.each<[string, Make, string]>([
    ["an enumerator that is not shown", enumOf("A\u0001"), "02"],
    ["names that JSON can hold", struct('"\\\t'), "00"],
    ["a CHAR that doesn't end its string", (b) => b.int("CHAR", 1, { encoding: 2 }), "41"],
  ])("but not of %s", async (_, make, hex) => {
    for (const style of ["-j", "-p"]) expect(await notes(make, hex, [style])).toBe("");
  });

  test("plain output is no JSON anyway", async () => {
    expect(await notes(struct("a\u0001"), "00", [])).toBe("");
  });
});

test("the name of a map, in list and in a dump of several", async () => {
  const map = fakeMap(1);
  const named = (id: number) => ({ ...map, info: { ...map.info, id, name: "n\u0001" } });
  const kernel = new FakeKernel([named(1), named(2)]);
  const note =
    'Warning: not valid JSON, as bpftool prints it: "n\\u0001" has control characters, which bpftool does not escape\n';
  for (const words of [
    ["-j", "list"],
    ["-j", "list", "id", "1"],
    ["-j", "dump", "name", "n\u0001"],
  ]) {
    expect(warnings((await runMain(words, { kernel })).stderr)).toBe(note);
  }
  expect(warnings((await runMain(["list"], { kernel })).stderr)).toBe("");
});

function warnings(stderr: string): string {
  return stderr.replace(/^Note: .*\n/gm, "");
}
