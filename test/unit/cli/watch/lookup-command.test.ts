import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { openQuery, type RendererChoice } from "../../../../src/cli/rows/open-query.ts";
import { keyWriting, lookupCommand } from "../../../../src/cli/watch/lookup-command.ts";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import { compileRender } from "../../../../src/output/render/render.ts";
import { findMaps } from "../../../../src/reader/find.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { Random } from "../../../helpers/random.ts";
import { RandomTypes } from "../../../helpers/random-types.ts";
import { NO_NAMES } from "../../../helpers/report-page.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { runMain } from "../run-main.ts";

const BY_NAME: RendererChoice = { asked: undefined, configFile: undefined, byName: true };

/** A map with one entry: the type of its keys, and this key. */
interface OneKey {
  readonly make: (btf: BtfBuilder) => number;
  readonly hex: string;
  readonly type?: number;
}

function kernelOf({ make, hex, type = 1 }: OneKey): TypedKernel {
  const btf = new BtfBuilder();
  const value = btf.int("unsigned int", 4);
  return new TypedKernel(btf, [{ type, key: make(btf), value, entries: [[hex, "2a000000"]] }]);
}

async function commandFor(one: OneKey, renderers: RendererChoice = BY_NAME): Promise<string> {
  const [map] = findMaps(kernelOf(one), { by: "id", id: 1 });
  if (map === undefined) throw new Error("there is no map");
  using open = map;
  const clock = () => ({ monotonicNs: () => 0n, bootNs: () => 0n, realtimeNs: () => 0n });
  const query = { spec: {}, renderers, clock, warn: () => undefined };
  const { entryTypes } = await openQuery(open, query);
  const cells = {
    json: { int64: "digits", enums: "name" },
    render: compileRender("text", NO_NAMES),
    shown: new ShownText(),
  } as const;
  const key = Buffer.from(one.hex, "hex");
  return lookupCommand("id 1", key, await keyWriting(open, query, entryTypes), cells);
}

/** The status of the command as a shell runs it. */
async function statusOf(command: string, one: OneKey): Promise<number> {
  const text = execFileSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" });
  const [program, ...args] = text.split("\0").slice(0, -1);
  expect(program).toBe("ebpf-map");
  return (await runMain(args, { kernel: kernelOf(one) })).status;
}

const be32 = (btf: BtfBuilder): number => btf.typedef("__be32", btf.int("unsigned int", 4));
const be16 = (btf: BtfBuilder): number => btf.typedef("__be16", btf.int("unsigned short", 2));
const member = (name: string, type: number, bytes: number) => ({ name, type, bitOffset: bytes * 8 });
const comm = (btf: BtfBuilder): number => btf.struct("k", 8, [member("comm", btf.array(btf.signed("char", 1), 8), 0)]);
const text = (bytes: string): string => Buffer.from(bytes.padEnd(8, "\0"), "latin1").toString("hex");
const flow = (btf: BtfBuilder): number =>
  btf.struct("flow", 8, [
    member("saddr", be32(btf), 0),
    member("dport", be16(btf), 4),
    member("proto", btf.int("unsigned char", 1), 6),
  ]);

describe("the command", () => {
  test.each<[name: string, one: OneKey, words: string]>([
    [
      "an address and a port, which is written as such",
      { make: flow, hex: "0a4d006501bb0600" },
      `--key '{"saddr":"10.77.0.101","dport":443,"proto":6}' --render key.dport=port`,
    ],
    [
      "an address alone",
      { make: (btf) => btf.struct("k", 4, [member("saddr", be32(btf), 0)]), hex: "0a000001" },
      "--key 10.0.0.1",
    ],
    ["a number", { make: (btf) => btf.int("unsigned int", 4), hex: "07000000" }, "--key 7"],
    ["a negative one", { make: (btf) => btf.signed("int", 4), hex: "ffffffff" }, "--key -1"],
    [
      "64 bits",
      { make: (btf) => btf.int("unsigned long long", 8), hex: "ffffffffffffffff" },
      "--key 18446744073709551615",
    ],
    ["a name", { make: comm, hex: text("nginx") }, "--key nginx"],
    ["a name that is a number", { make: comm, hex: text("0x10") }, "--key 0x10"],
    ["a name for a shell to obey", { make: comm, hex: text("$(a)'b") }, `--key '{"comm":"$(a)'\\''b"}'`],
    ["a name for a terminal to obey", { make: comm, hex: text("\x1b[2J") }, `--key '{"comm":"\\u001b[2J"}'`],
    ["a name that is not UTF-8", { make: comm, hex: text("\xe9\xff") }, `--key '{"comm":{"$hex":"e9ff000000000000"}}'`],
    [
      "bytes behind the NUL of a name",
      { make: comm, hex: text("a\0b") },
      `--key '{"comm":{"$hex":"6100620000000000"}}'`,
    ],
    ["padding that is not zero", { make: flow, hex: "0a4d006501bb0601" }, "key hex 0a 4d 00 65 01 bb 06 01"],
    [
      "an enum, and a number without a name",
      {
        make: (btf) => {
          const state = btf.enum("state", [["OPEN", 1]]);
          return btf.struct("k", 8, [member("a", state, 0), member("b", state, 4)]);
        },
        hex: "0100000009000000",
      },
      `--key '{"a":"OPEN","b":9}'`,
    ],
    [
      "a struct in a struct, an array, a union",
      {
        make: (btf) => {
          const u32 = btf.int("unsigned int", 4);
          const union = btf.union("u", 4, [member("a", u32, 0), member("b", u32, 0)]);
          const inner = btf.struct("inner", 8, [member("x", u32, 0), member("u", union, 4)]);
          return btf.struct("k", 16, [member("in", inner, 0), member("list", btf.array(u32, 2), 8)]);
        },
        hex: "01000000020000000300000004000000",
      },
      `--key '{"in":{"x":1,"u":{"$hex":"02000000"}},"list":[3,4]}'`,
    ],
    [
      "a network of a trie",
      {
        type: 11,
        make: (btf) => {
          const bytes = btf.array(btf.int("unsigned char", 1), 4);
          return btf.struct("k", 8, [member("len", btf.int("unsigned int", 4), 0), member("data", bytes, 4)]);
        },
        hex: "180000000a010200",
      },
      "--key 10.1.2.0/24",
    ],
  ])("%s", async (_, one, words) => {
    const command = await commandFor(one);
    expect(command).toBe(`ebpf-map lookup id 1 ${words}`);
    expect(await statusOf(command, one)).toBe(0);
  });

  test("the choices of renderers go with it", async () => {
    const one = { make: flow, hex: "0a4d006501bb0600" };
    const render = "key.proto=ipproto,key.saddr=ipv4";
    const asked = await commandFor(one, { ...BY_NAME, asked: { option: "--render", text: render } });
    expect(asked).toContain(`--render ${render},key.dport=port`);
    expect(await statusOf(asked, one)).toBe(0);
    const plain = await commandFor(one, "none");
    expect(plain).toBe(`ebpf-map lookup id 1 --key '{"saddr":1694518538,"dport":47873,"proto":6}' --no-render`);
    expect(await statusOf(plain, one)).toBe(0);
  });
});

test("keys of any type are found, whichever way they are written", async () => {
  const random = new Random(20_260_719);
  let readable = 0;
  for (let i = 0; i < 150; i++) {
    const size = random.between(1, 40);
    const [types, bytes] = [random.between(1, 2 ** 30), random.bytes(size)];
    const hex = Buffer.from(random.chance(0.5) ? bytes : new Uint8Array(size).fill(random.below(3))).toString("hex");
    const one = { make: (btf: BtfBuilder) => new RandomTypes(new Random(types), btf, false).ofSize(size), hex };
    const command = await commandFor(one);
    expect([command, await statusOf(command, one)]).toEqual([command, 0]);
    if (command.includes("--key")) readable += 1;
  }
  expect(readable).toBeGreaterThan(40);
});
