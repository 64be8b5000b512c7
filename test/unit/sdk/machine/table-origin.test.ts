import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { bootId, hostName, tableOrigin } from "../../../../src/sdk/machine/table-origin.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

const HERE = { now: new Date("2026-01-31T12:00:00Z"), kernel: "6.18.0", arch: "x64", bootTimeOffsetNs: 3n };

test("a map of this machine", () => {
  const source = sampleMap({ info: { name: "n\udcff", type: 9999 } });
  expect(tableOrigin(source, () => HERE, "1.2.3")).toEqual({
    map: { id: 7, name: "n\ufffd", type: "9999" },
    kernel: "6.18.0",
    host: hostname(),
    bootTimeOffsetNs: 3n,
    time: HERE.now,
    tool: "ebpf-map 1.2.3",
  });
});

test("a map of a snapshot: its own moment and kernel, and no host", () => {
  const origin = { time: "2025-05-05T05:05:05.000Z", bootTimeOffsetNs: 9n, arch: "arm64" };
  const source = { ...sampleMap(), origin, machine: { kernel: "5.10.0", littleEndian: true } };
  expect(tableOrigin(source, () => HERE, "1.2.3")).toMatchObject({
    map: { name: "conns", type: "hash" },
    kernel: "5.10.0",
    host: undefined,
    bootTimeOffsetNs: 9n,
    time: new Date(origin.time),
  });
});

test("no map at all", () => {
  expect(tableOrigin(undefined, () => HERE, "1").map).toBeUndefined();
});

test("the names of this machine and of this boot", () => {
  expect(hostName()).toBe(hostname());
  expect(bootId()).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
});
