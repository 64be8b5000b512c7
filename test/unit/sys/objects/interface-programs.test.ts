import { expect, test } from "vitest";
import { filterHooks, filterProgram, readInterface } from "../../../../src/sys/objects/interface-programs.ts";
import type { InterfaceProgram } from "../../../../src/sys/objects/kernel.ts";
import { Random } from "../../../helpers/random.ts";

/** An attribute: `{ u16 length, type }`, data, padding to 4 bytes. */
function attribute(type: number, data: readonly number[]): number[] {
  const length = data.length + 4;
  const padding = Array<number>((4 - (length % 4)) % 4).fill(0);
  return [length & 0xff, length >> 8, type & 0xff, type >> 8, ...data, ...padding];
}

const NESTED = 0x8000;
const text = (value: string): number[] => [...Buffer.from(`${value}\0`)];
const u32 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];

function interfaceMessage(index: number, attributes: readonly number[]): Uint8Array {
  return Uint8Array.of(0, 0, 1, 0, ...u32(index), ...u32(0), ...u32(0), ...attributes);
}

function tcMessage(index: number, handle: number, attributes: readonly number[]): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, ...u32(index), ...u32(handle), ...u32(0), ...u32(0), ...attributes);
}

test("an interface with programs of XDP in two modes", () => {
  const xdp = [...attribute(2, [4]), ...attribute(4, u32(9)), ...attribute(5, u32(9)), ...attribute(6, u32(10))];
  const message = interfaceMessage(3, [...attribute(3, text("eth0")), ...attribute(43 | NESTED, xdp)]);
  const names = new Map<number, string>();
  const programs: InterfaceProgram[] = [];
  readInterface(message, names, programs);
  expect(names).toEqual(new Map([[3, "eth0"]]));
  expect(programs).toEqual([
    { ifindex: 3, programId: 9, kind: "xdp", hook: "native" },
    { ifindex: 3, programId: 10, kind: "xdp", hook: "generic" },
  ]);
});

test("places for filters: the hooks of clsact and ingress, a qdisc by its handle, blocks", () => {
  const hooks = filterHooks([
    tcMessage(2, 0xffff_0000, attribute(1, text("clsact"))),
    tcMessage(3, 0xffff_0000, [...attribute(1, text("ingress")), ...attribute(13, u32(7))]),
    tcMessage(4, 0x0010_0000, attribute(1, text("htb"))),
    tcMessage(5, 0, attribute(1, text("noqueue"))),
    Uint8Array.of(1, 2, 3),
  ]);
  expect(hooks.map(({ target, parent, name }) => [target, parent, name])).toEqual([
    [2, 0xffff_fff2, "ingress"],
    [2, 0xffff_fff3, "egress"],
    [3, 0xffff_0000, "ingress"],
    [0xffff_ffff, 7, "ingress"],
    [4, 0x0010_0000, "htb 10:"],
  ]);
});

test("only filters of type bpf have a program", () => {
  const options = attribute(2 | NESTED, [...attribute(7, text("x:[1]")), ...attribute(11, u32(77))]);
  expect(filterProgram(tcMessage(2, 0, [...attribute(1, text("bpf")), ...options]))).toEqual([77]);
  expect(filterProgram(tcMessage(2, 0, [...attribute(1, text("u32")), ...options]))).toEqual([]);
  expect(filterProgram(tcMessage(2, 0, attribute(1, text("bpf"))))).toEqual([]);
});

test("whatever bytes come, reading ends", () => {
  const random = new Random(14);
  for (let i = 0; i < 2000; i++) {
    const bytes = Uint8Array.from({ length: random.below(80) }, () => random.below(256));
    readInterface(bytes, new Map(), []);
    filterHooks([bytes]);
    filterProgram(bytes);
  }
  expect(filterProgram(Uint8Array.of(...new Array(20).fill(0), 3, 0, 1, 0))).toEqual([]);
});
