import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, expectTypeOf, test } from "vitest";
import { integerWriter, keyEncoder, openGenerated, RUNTIME_VERSION } from "../../../src/codegen/runtime.ts";
import { openMap } from "../../../src/index.ts";
import { createMap, loadBtf, pinObject, updateElement } from "../../helpers/bpf.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { connectionBytes, connectionMap } from "../../helpers/connections.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

const counterBtf = new BtfBuilder();
counterBtf.int("u32", 4);
counterBtf.int("u64", 8);

liveSuite("a map read by generated code", ["kernel"], () => {
  const scratch = useScratch();
  const codec = (fingerprint: string) => ({
    runtime: RUNTIME_VERSION as number,
    fingerprint,
    perCpu: false,
    decodeKey: (_: Uint8Array, view: DataView, at: number) => view.getUint32(at, true),
    decodeValue: (_: Uint8Array, view: DataView, at: number) => view.getBigUint64(at, true),
    encodeKey: keyEncoder<number>(8, (to, at, value) => {
      integerWriter("u32", { offset: 0, shift: 0, width: 32 }, false)(to, at, value);
      integerWriter("u16", { offset: 4, shift: 0, width: 16 }, false)(to, at, Number(value) + 1000);
    }),
  });

  test("gives what that code decodes", () => {
    const map = scratch.own(connectionMap(3));
    const handle = { fd: map.number };
    using plain = openMap(handle);
    using reader = openGenerated(codec(plain.schema.fingerprint), handle, {});
    expectTypeOf(reader.toArraySync()).toEqualTypeOf<{ key: number; value: bigint }[]>;
    expect(reader.getSync(2)).toBe(2n);
    expect(
      reader
        .toArraySync()
        .map(({ value }) => value)
        .sort(),
    ).toEqual([0n, 1n, 2n]);
    expect(connectionBytes(2).key[0]).toBe(2);
  });

  test("of a per-CPU map gives the values of all CPUs, or their aggregate", () => {
    const types = scratch.own(loadBtf(counterBtf.build()));
    const map = scratch.own(
      createMap({
        type: "percpu_array",
        keySize: 4,
        valueSize: 8,
        maxEntries: 1,
        btf: { fd: types, key: 1, value: 2 },
      }),
    );
    const handle = { fd: map.number };
    using plain = openMap(handle);
    const encodeKey = keyEncoder<number>(4, integerWriter("u32", { offset: 0, shift: 0, width: 32 }, false));
    const perCpu = { ...codec(plain.schema.fingerprint), encodeKey, perCpu: true };
    const cpus = plain.cpus.length;
    updateElement(map, new Uint8Array(4), Uint8Array.from(plain.cpus.flatMap((cpu) => [cpu + 1, 0, 0, 0, 0, 0, 0, 0])));
    using each = openGenerated<number, bigint, bigint[]>(perCpu, handle, {});
    expect(each.getSync(0)).toEqual(plain.cpus.map((cpu) => BigInt(cpu + 1)));
    using sum = openGenerated<number, bigint, bigint>(perCpu, handle, { perCpu: "sum" });
    expect(sum.getSync(0)).toBe(plain.cpus.reduce((all, cpu) => all + BigInt(cpu + 1), 0n));
    expect(cpus).toBeGreaterThan(0);
    expect(() => openGenerated({ ...perCpu, perCpu: false }, handle, {})).toThrow(
      expect.objectContaining({
        code: "SCHEMA_MISMATCH",
        message: expect.stringContaining("for a map with one value a key, this one has a value for each CPU"),
      }),
    );
  });

  test("has no decode options", () => {
    const handle = { fd: scratch.own(connectionMap(1)).number };
    const options = { int64: "string" } as unknown as { int64?: undefined };
    expect(() => openGenerated(codec("0123456789abcdef"), handle, options)).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringContaining("there is no option int64") }),
    );
  });

  test("is refused where another has taken its place between two openings, and the open one goes on", () => {
    const map = scratch.own(connectionMap(3));
    const pinned = scratch.pin(map, "replaced");
    using plain = openMap({ pinned });
    using before = openGenerated(codec(plain.schema.fingerprint), { pinned }, {});
    rmSync(pinned);
    pinObject(scratch.own(connectionMap(3, { btf: false })), pinned);
    expect(() => openGenerated(codec(plain.schema.fingerprint), { pinned }, {})).toThrow(
      expect.objectContaining({ code: "SCHEMA_MISMATCH" }),
    );
    const schemaFile = join(scratch.folder, "conns.schema.json");
    writeFileSync(schemaFile, plain.schema.json);
    expect(() => openMap({ pinned }, { schemaFile })).toThrow(expect.objectContaining({ code: "BTF_UNAVAILABLE" }));
    expect(before.getSync(2)).toBe(2n);
  });

  test("is refused if it has another layout, or the file is for another runtime", () => {
    const handle = { fd: scratch.own(connectionMap(3)).number };
    const wrong = expect.objectContaining({ code: "SCHEMA_MISMATCH" });
    expect(() => openGenerated(codec("0123456789abcdef"), handle, {})).toThrow(wrong);
    using plain = openMap(handle);
    expect(() => openGenerated({ ...codec(plain.schema.fingerprint), runtime: 99 }, handle, {})).toThrow(wrong);
    const untyped = { fd: scratch.own(connectionMap(3, { btf: false })).number };
    expect(() => openGenerated(codec("0123456789abcdef"), untyped, {})).toThrow("has no types");
  });
});
