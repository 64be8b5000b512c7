import { join } from "node:path";
import { expect, test } from "vitest";
import { openReader, openSourceReader } from "../../../../src/sdk/reader/make-reader.ts";
import type { Reader } from "../../../../src/sdk/reader/reader.ts";
import { ENOENT } from "../../../../src/sys/errno.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { saveConnections } from "../../snapshot/sample-maps.ts";
import { connectionsOf, errorOf, hitsMap } from "../sample-readers.ts";

const scratch = useScratch();

test("a file is a promise of a reader; its errors are rejected, those of words are thrown", async () => {
  const file = join(scratch.folder, "conns.ndjson");
  await saveConnections(file);
  const opening = openReader({ file }, {});
  expect(opening).toBeInstanceOf(Promise);
  using reader = await opening;
  expect(reader.label).toBe(`snapshot ${file} (map conns)`);
  expect(() => openReader({ file: "" }, {})).toThrow(expect.objectContaining({ code: "USAGE" }));
  await expect(openReader({ file: join(scratch.folder, "none") }, {})).rejects.toMatchObject({ code: "FILE" });
});

test("the options of decoding are those of every read", async () => {
  using reader = openSourceReader(connectionsOf(2), { int64: "number", enums: "number" });
  const [, second] = await reader.toArray();
  expect(second).toEqual({ key: { addr: 1, port: 1001 }, value: { packets: 1, state: 1, comm: "app1" } });
});

test("a per-CPU map has a value of each CPU, or one that is made of all", async () => {
  using each = openSourceReader(hitsMap(), {});
  expect(each.cpus).toEqual([0, 1, 2]);
  expect((await each.toArray()).at(1)).toEqual({ key: 1, value: [{ hits: 10n }, { hits: 11n }, { hits: 12n }] });
  using sum = openSourceReader(hitsMap(), { perCpu: "sum" });
  expect((await sum.toArray()).at(1)).toEqual({ key: 1, value: { hits: 33n } });
});

test("a map that can't be read as asked is closed", async () => {
  let closed = 0;
  const close = (): void => {
    closed += 1;
  };
  const map = { ...connectionsOf(1), [Symbol.dispose]: close };
  const error = await errorOf(() => openSourceReader(map, { types: { value: "struct nothing" } }));
  expect(error).toMatchObject({ code: expect.stringMatching(/TYPE_INVALID|BTF_INVALID|LAYOUT_INVALID|USAGE/) });
  expect(closed).toBe(1);
});

test("only a map of maps has inner ones, whatever the key", async () => {
  using reader: Reader = openSourceReader({ ...connectionsOf(1), lookup: () => ENOENT }, {});
  const error = await errorOf(() => reader.inner({ addr: 0, port: 1000 }));
  expect(error).toMatchObject({
    code: "USAGE",
    message: "open an inner map of map id 7 (conns): its values are no maps",
  });
  expect(await errorOf(() => reader.inner("no key"))).toEqual(error);
});
