import { describe, expect, test } from "vitest";
import { HiddenBytes } from "../../../../src/codec/keys/hidden-bytes.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { runMain } from "../../cli/run-main.ts";

const text = (length: number) => (b: BtfBuilder) => b.array(b.signed("char", 1), length);

function found(key: Layout, keys: readonly string[]): [number, string | undefined] {
  const hidden = new HiddenBytes(key);
  const bytes = Uint8Array.from(Buffer.from(keys.join(""), "hex"));
  hidden.scan(bytes, keys.length, bytes.length / keys.length);
  return [hidden.keys, hidden.path];
}

const inStruct = (b: BtfBuilder): number =>
  b.struct("k", 12, [
    { name: "a", type: b.int("u32", 4), bitOffset: 0 },
    { name: "comm", type: text(4)(b), bitOffset: 32 },
    { name: "b", type: b.int("u32", 4), bitOffset: 64 },
  ]);

describe("bytes behind the NUL of a key's text", () => {
  test.each<[string, (b: BtfBuilder) => number, readonly string[], number, string | undefined]>([
    ["none", text(4), ["61000000", "61626364", "00000000"], 0, undefined],
    ["at once", text(4), ["61006200"], 1, "key"],
    ["at the end", text(4), ["00000001"], 1, "key"],
    ["in two of three", text(4), ["61006200", "61000000", "00000001"], 2, "key"],
    [
      "in a field, and not in its neighbours",
      inStruct,
      ["ffffffff61000000ffffffff", "00000000610000ff00000000"],
      1,
      "key.comm",
    ],
    ["in an element", (b) => b.array(text(2)(b), 2), ["61620001"], 1, "key[1]"],
    [
      "in an anonymous struct",
      (b) =>
        b.struct("k", 2, [{ type: b.struct("", 2, [{ name: "t", type: text(2)(b), bitOffset: 0 }]), bitOffset: 0 }]),
      ["0001"],
      1,
      "key.t",
    ],
    ["never in bytes that are no text", (b) => b.array(b.int("u8", 1), 4), ["61006200"], 0, undefined],
    [
      "never in a union, whose other members these may be",
      (b) => b.union("k", 4, [{ name: "t", type: text(4)(b), bitOffset: 0 }]),
      ["61006200"],
      0,
      undefined,
    ],
    [
      "never in an anonymous union",
      (b) =>
        b.struct("k", 4, [{ type: b.union("", 4, [{ name: "t", type: text(4)(b), bitOffset: 0 }]), bitOffset: 0 }]),
      ["61006200"],
      0,
      undefined,
    ],
  ])("%s", (_, make, keys, count, path) => {
    expect(found(layoutOf(make), keys)).toEqual([count, path]);
  });

  test("also where a renderer makes text of bytes", () => {
    const bytes: Layout = { ...layoutOf((b) => b.array(b.signed("int8", 1), 4)), rendering: "char" };
    expect(found(bytes, ["61006200"])).toEqual([1, "key"]);
  });
});

describe("two keys that are equal up to the NUL", () => {
  const PLAIN = "73680000".padEnd(32, "0");
  const NOISY = "736800ff".padEnd(32, "0");

  async function run(
    words: readonly string[],
    keys: readonly string[] = [PLAIN, NOISY],
  ): Promise<{ stdout: string; stderr: string }> {
    const btf = new BtfBuilder();
    const key = btf.struct("key", 16, [{ name: "comm", type: text(16)(btf), bitOffset: 0 }]);
    const entries = keys.map((hex, i): [string, string] => [hex, `0${i}000000`]);
    const map = { name: "names", key, value: btf.int("u32", 4), entries };
    return runMain(words, { kernel: new TypedKernel(btf, [map]) });
  }

  test("are told of, and one is found by its bytes", async () => {
    const { stdout, stderr } = await run(["dump", "id", "1", "-o", "ndjson"]);
    expect(stdout).toBe('{"key":{"comm":"sh"},"value":0}\n{"key":{"comm":"sh"},"value":1}\n');
    expect(stderr).toBe(
      "Note: map id 1 (names): keys have bytes behind the NUL of `key.comm`, by which keys that look the same differ " +
        '(--render key.comm=hex shows them; --key takes {"$hex":"…"} in place of the text)\n',
    );
    const lookup = ["lookup", "id", "1", "-o", "ndjson", "--key"];
    expect((await run([...lookup, '{"comm":"sh"}'])).stdout).toContain('"value":0');
    expect((await run([...lookup, `{"comm":{"$hex":"${NOISY}"}}`])).stdout).toContain('"value":1');
  });

  test("the lookup that doesn't find one says why that may be", async () => {
    const { stderr } = await run(["lookup", "id", "1", "-o", "ndjson", "--key", '{"comm":"sh"}'], [NOISY]);
    expect(stderr).toContain(
      'there is no such entry (bytes behind the NUL of a text count, too: {"$hex":"…"} gives those of a field)',
    );
  });

  test("schema show warns of them", async () => {
    expect((await run(["schema", "show", "id", "1"])).stderr).toBe(
      "Warning: map id 1 (names): 1 keys have bytes behind the NUL of `key.comm` (such keys differ though they look the same)\n",
    );
  });

  test("where there are none, nothing is said", async () => {
    for (const words of ["dump id 1 -o ndjson", "dump id 1 -o csv", "schema show id 1"]) {
      expect((await run(words.split(" "), [PLAIN])).stderr).toBe("");
    }
  });
});
