import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { LiveMap } from "../../../../src/reader/live-map.ts";
import { save } from "../../../../src/sdk/snapshots/save.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { readSnapshot } from "../../snapshot/sample-maps.ts";
import { all, connectionsOf, errorOf, readerOf } from "../sample-readers.ts";

const scratch = useScratch();

test("maps go into one file, which is its owner's alone", async () => {
  using a = readerOf(connectionsOf(3));
  using b = readerOf(connectionsOf(2, { info: { id: 8, name: "other" } }));
  const file = join(scratch.folder, "maps.ndjson");
  const progress: number[] = [];
  const saved = await save([a, b], file, { onProgress: (entries) => progress.push(entries) });
  expect(saved).toMatchObject({
    entries: 5,
    bytes: statSync(file).size,
    reports: [{ complete: true }, { complete: true }],
    unread: 0,
  });
  expect(progress.at(-1)).toBe(5);
  expect((await readSnapshot(file)).map(({ info, entries }) => [info.name, entries.length])).toEqual([
    ["conns", 3],
    ["other", 2],
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await a.count()).toBe(3);
});

test("values that the kernel refused are counted", async () => {
  const kernel = new FakeKernel([fakeMap(3)], (call) => ({ lookupBatch: 22, lookup: 12 })[call as string]);
  using reader = readerOf(new LiveMap(kernel, kernel.openMap(1)));
  expect(await save(reader, join(scratch.folder, "map.ndjson"))).toMatchObject({ entries: 3, unread: 3 });
});

test("no maps make no snapshot", async () => {
  const file = join(scratch.folder, "none.ndjson");
  expect(await errorOf(() => save([], file))).toMatchObject({ code: "NO_SUCH_MAP" });
  expect(existsSync(file)).toBe(false);
});

test("options of the other kind of target are refused", async () => {
  using reader = readerOf(connectionsOf(1));
  const file = join(scratch.folder, "other.ndjson");
  // @ts-expect-error: the name of a file says whether it is compressed
  expect(await errorOf(() => save(reader, file, { gzip: true }))).toMatchObject({ code: "USAGE" });
  // @ts-expect-error: a stream replaces no file
  expect(await errorOf(() => save(reader, new PassThrough(), { force: true }))).toMatchObject({ code: "USAGE" });
});

test("a file that exists is replaced with force alone", async () => {
  using reader = readerOf(connectionsOf(1));
  const file = join(scratch.folder, "map.ndjson");
  await save(reader, file);
  expect(await errorOf(() => save(reader, file))).toMatchObject({ code: "FILE" });
  expect(await save(reader, file, { force: true })).toMatchObject({ entries: 1 });
});

test("a stream is written and not ended, compressed if it is asked for", async () => {
  using reader = readerOf(connectionsOf(2));
  const stream = new PassThrough();
  const { bytes } = await save(reader, stream, { gzip: true });
  expect(stream.writableEnded).toBe(false);
  stream.end();
  const written = Buffer.concat(await all<Buffer>(stream));
  expect(written.length).toBe(bytes);
  expect(gunzipSync(written).toString()).toContain('"conns"');
  const parts: Uint8Array[] = [];
  const web = new WritableStream<Uint8Array>({ write: (part) => void parts.push(part) });
  await save(reader, web);
  expect([Buffer.concat(parts).toString().includes('"conns"'), web.locked]).toEqual([true, false]);
});

test("what a stream fails with is thrown", async () => {
  using reader = readerOf(connectionsOf(2));
  const broken = new Writable({ write: (_, __, done) => done(new Error("no room")) });
  broken.on("error", () => undefined);
  expect(await errorOf(() => save(reader, broken))).toMatchObject({ message: "no room" });
});

test("a signal ends it, and leaves nothing behind", async () => {
  using reader = readerOf(connectionsOf(2));
  const file = join(scratch.folder, "map.ndjson");
  expect(await errorOf(() => save(reader, file, { signal: AbortSignal.abort("why") }))).toMatchObject({
    code: "ABORTED",
    cause: "why",
  });
  expect([existsSync(file), readdirSync(scratch.folder)]).toEqual([false, []]);
});

test("wrong words are USAGE", async () => {
  using reader = readerOf(connectionsOf(1));
  expect(await errorOf(() => save(reader, ""))).toMatchObject({ code: "USAGE" });
  expect(await errorOf(() => save(reader, "x", { gzp: true } as never))).toMatchObject({ code: "USAGE" });
  expect(await errorOf(() => save([{}] as never, join(scratch.folder, "x")))).toMatchObject({ code: "USAGE" });
});
