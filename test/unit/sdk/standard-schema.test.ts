import { join } from "node:path";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import * as v from "valibot";
import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { type InvalidEntry, openMap, type Reader } from "../../../src/index.ts";
import { connectionBytes } from "../../helpers/connections.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { saveConnections } from "../snapshot/sample-maps.ts";

const scratch = useScratch();
let file = "";

beforeEach(async () => {
  file = join(scratch.folder, "conns.ndjson");
  await saveConnections(file);
});

interface Few {
  packets: bigint;
  comm: string;
}

/** The same in each library: at most one packet, and a name. */
const LIBRARIES: Readonly<Record<string, StandardSchemaV1<unknown, Few>>> = {
  zod: z.object({ packets: z.bigint().max(1n), comm: z.string() }),
  valibot: v.object({ packets: v.pipe(v.bigint(), v.maxValue(1n)), comm: v.string() }),
  arktype: type({
    packets: type("bigint").narrow((packets, context) => packets <= 1n || context.mustBe("at most 1")),
    comm: "string",
  }),
};

describe.each(Object.keys(LIBRARIES))("%s", (name) => {
  const value = LIBRARIES[name] as StandardSchemaV1<unknown, Few>;

  test("checks entries, and tells of those that it refuses", async () => {
    const told: InvalidEntry[] = [];
    const options = { value, onInvalid: "report", onInvalidEntry: (one: InvalidEntry) => told.push(one) } as const;
    using reader = await openMap({ file }, options);
    expect((await reader.toArray()).map((entry) => entry.value.packets)).toEqual([0n, 1n]);
    expect(told).toMatchObject([{ side: "value", key: { addr: 2, port: 1002 }, issues: [{ path: "value.packets" }] }]);
    expect(told[0]?.issues[0]?.message).toMatch(/1/);
  });

  test("ends a read with the key, the path and the bytes", async () => {
    using reader = await openMap({ file }, { value });
    const bytes = Buffer.from(connectionBytes(2).value).toString("hex");
    const details = expect.objectContaining({ key: '{"addr":2,"port":1002}', path: "value.packets", bytes });
    await expect(reader.toArray()).rejects.toThrow(expect.objectContaining({ code: "VALUE_INVALID", details }));
  });
});

test("each gives the types", async () => {
  const inZod = await openMap({ file }, { value: z.object({ packets: z.bigint() }) });
  const inValibot = await openMap({ file }, { value: v.object({ packets: v.bigint() }) });
  const inArktype = await openMap({ file }, { value: type({ packets: "bigint" }) });
  expectTypeOf(inZod).toExtend<Reader<unknown, { packets: bigint }>>();
  expectTypeOf(inValibot).toExtend<Reader<unknown, { packets: bigint }>>();
  expectTypeOf(inArktype).toExtend<Reader<unknown, { packets: bigint }>>();
  for (const reader of [inZod, inValibot, inArktype]) reader.close();
});
