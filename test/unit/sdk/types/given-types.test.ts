import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { MapTypes } from "../../../../src/reader/map-source.ts";
import { withGivenTypes } from "../../../../src/sdk/types/given-types.ts";
import { resolvedOnce } from "../../../../src/sdk/types/resolved.ts";
import { connectionBtf } from "../../../helpers/connections.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

const scratch = useScratch();
const value = "struct conn_val";
let btf = "";

beforeEach(() => {
  btf = join(scratch.folder, "prog.btf");
  writeFileSync(btf, connectionBtf().bytes);
});

/** The resolved types of a map of that name: the same object where they were remembered. */
function types(name: string, options: Parameters<typeof withGivenTypes>[1]): unknown {
  const map = withGivenTypes(sampleMap({ info: { name, keySize: 8, valueSize: 32 } }), options);
  return (map.types() as MapTypes & { state: "known" }).types;
}

test("types are resolved once for a map's name, what is in the BTF, and a kernel release", () => {
  const options = { btf, value, kernelRelease: "6.1.0" };
  const first = types("conns", options);
  expect(types("conns", options)).toBe(first);
  expect(types("conns", { ...options, btf: connectionBtf().bytes })).toBe(first);
  expect(types("other", options)).not.toBe(first);
  expect(types("conns", { ...options, kernelRelease: "6.2.0" })).not.toBe(first);
  expect(types("conns", { ...options, value: "struct { u64 a[4]; }" })).not.toBe(first);
});

test("a BTF that changes is read again, also behind the same name, size and time", () => {
  const options = { btf, value };
  const first = types("conns", options);
  const now = new Date();
  const bytes = connectionBtf().bytes;
  const renamed = Buffer.from(Buffer.from(bytes).toString("latin1").replace("packets", "pockets"), "latin1");
  expect(renamed).toHaveLength(bytes.length);
  utimesSync(btf, now, now);
  writeFileSync(btf, renamed);
  utimesSync(btf, now, now);
  expect(types("conns", options)).not.toBe(first);
});

test("what was resolved is bounded, the least recently used goes first", () => {
  let made = 0;
  const resolve = (key: number): number => resolvedOnce(["test", key], () => (made += 1));
  for (let i = 0; i < 16; i++) resolve(i);
  resolve(0);
  expect(made).toBe(16);
  resolve(16);
  resolve(0);
  expect(made).toBe(17);
  resolve(1);
  expect(made).toBe(18);
});

test("what can't be resolved is tried again", () => {
  const fail = (): never => {
    throw new Error("not now");
  };
  expect(() => resolvedOnce(["test", "failing"], fail)).toThrow("not now");
  expect(resolvedOnce(["test", "failing"], () => 1)).toBe(1);
});
