import { describe, expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import { JsonWriter } from "../../../../src/output/bpftool/json-writer.ts";
import { plainMapHeader, writeMapHeader } from "../../../../src/output/bpftool/map-header.ts";
import type { MapInfo } from "../../../../src/sys/info.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { fakeMap } from "../../../helpers/fake-kernel.ts";

const info = (more: Partial<MapInfo> = {}): MapInfo => ({ ...fakeMap(1).info, id: 7, name: "conns", ...more });

const DEVICE = { ifindex: 3, netnsDev: 4n, netnsIno: 5n };

test.each<[string, MapInfo, interfaceName: string | undefined, plain: string, json: string]>([
  ["a map", info(), undefined, "7: hash  name conns  flags 0x0", '"id":7,"type":"hash","name":"conns","flags":0'],
  [
    "flags",
    info({ mapFlags: 17 }),
    undefined,
    "7: hash  name conns  flags 0x11",
    '"id":7,"type":"hash","name":"conns","flags":17',
  ],
  ["no name", info({ name: "" }), undefined, "7: hash  flags 0x0", '"id":7,"type":"hash","flags":0'],
  [
    "a type without a name",
    info({ type: 250 }),
    undefined,
    "7: type 250  name conns  flags 0x0",
    '"id":7,"type":250,"name":"conns","flags":0',
  ],
  [
    "an interface",
    info(DEVICE),
    "eth0",
    "7: hash  name conns  flags 0x0  offloaded_to eth0",
    '"id":7,"type":"hash","name":"conns","flags":0',
  ],
  [
    "one elsewhere",
    info(DEVICE),
    undefined,
    "7: hash  name conns  flags 0x0  offloaded_to ifindex 3 ns_dev 4 ns_ino 5",
    '"id":7,"type":"hash","name":"conns","flags":0',
  ],
])("%s", (_name, map, interfaceName, plain, json) => {
  expect(plainMapHeader(map, interfaceName, dialectOf("7.8"))).toBe(plain);
  const collected = new CollectedOutput();
  writeMapHeader(map, new JsonWriter(collected.out, dialectOf("7.8"), false).open("{"), dialectOf("7.8"));
  expect(collected.text).toBe(`{${json}`);
});

describe("a type that an older bpftool doesn't know", () => {
  test.each([
    ["5.10", "7: type 30  name conns  flags 0x0"],
    ["7.1", "7: bloom_filter  name conns  flags 0x0"],
  ])("in %s", (version, plain) => {
    expect(plainMapHeader(info({ type: 30 }), undefined, dialectOf(version))).toBe(plain);
  });
});
