import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { type Put, withNodeStream, withWebStream } from "../../../../src/sdk/snapshots/stream-writes.ts";

const BYTES = Uint8Array.of(1, 2, 3);
const put = (to: Put): Promise<void> => to(BYTES);

/** A stream that does this with each write. */
function streamOf(write: (this: Writable, done: (error?: Error) => void) => void): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      write.call(this, done);
    },
  });
}

test("a write gets a copy, and ends when the stream has taken it", async () => {
  const taken: Uint8Array[] = [];
  const bytes = Uint8Array.of(1, 2, 3);
  const node = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      taken.push(chunk);
      done();
    },
  });
  await withNodeStream(node, undefined, (to) => to(bytes));
  expect(node.listenerCount("error") + node.listenerCount("close")).toBe(0);
  const web = new WritableStream<Uint8Array>({ write: (chunk) => void taken.push(chunk) });
  await withWebStream(web, new AbortController().signal, (to) => to(bytes));
  expect(web.locked).toBe(false);
  bytes.fill(9);
  expect(taken.map((chunk) => [...chunk])).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test("an error of a stream is that of the write, and no event without a listener", async () => {
  const error = new Error("disk full");
  await expect(
    withNodeStream(
      streamOf((done) => done(error)),
      undefined,
      put,
    ),
  ).rejects.toBe(error);
  const web = new WritableStream<Uint8Array>({
    write() {
      throw error;
    },
  });
  await expect(withWebStream(web, undefined, put)).rejects.toBe(error);
});

test("a stream that is destroyed under a write ends it", async () => {
  const destroyed = streamOf(function () {
    this.destroy();
  });
  await expect(withNodeStream(destroyed, undefined, put)).rejects.toMatchObject({ code: "OUTPUT" });
  const reason = new Error("gone");
  const failed = streamOf(function () {
    this.destroy(reason);
  });
  await expect(withNodeStream(failed, undefined, put)).rejects.toBe(reason);
});

test("a signal ends a write that a stream doesn't take, and leaves the stream alone", async () => {
  const reason = new Error("stop");
  const abort = new AbortController();
  const stuck = streamOf(() => abort.abort(reason));
  await expect(withNodeStream(stuck, abort.signal, put)).rejects.toBe(reason);
  expect(stuck.destroyed).toBe(false);
  const later = new AbortController();
  const web = new WritableStream<Uint8Array>({
    write() {
      later.abort(reason);
      return new Promise(() => undefined);
    },
  });
  await expect(withWebStream(web, later.signal, put)).rejects.toBe(reason);
});
