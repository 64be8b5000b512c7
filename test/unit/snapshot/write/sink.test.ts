import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openSink } from "../../../../src/snapshot/write/sink.ts";
import { StreamTarget } from "../../../../src/snapshot/write/target.ts";

const LINES = Array.from({ length: 3000 }, (_, i) => `{"key":"${i}","value":"${"ab".repeat(40)}"}\n`);

test.each([false, true])("bytes go to the target, compressed: %s; their buffer may be used again", async (compress) => {
  const chunks: Buffer[] = [];
  const target = new StreamTarget((bytes) => void chunks.push(Buffer.from(bytes)));
  const sink = openSink(target, compress);
  const buffer = Buffer.alloc(200);
  for (const line of LINES) await sink.write(buffer.subarray(0, buffer.write(line)));
  await sink.end();
  const stored = Buffer.concat(chunks);
  expect((compress ? gunzipSync(stored) : stored).toString()).toBe(LINES.join(""));
  expect(await target.commit()).toBe(stored.length);
});

test.each([false, true])("what the target throws comes out of the sink, compressed: %s", async (compress) => {
  const sink = openSink(
    new StreamTarget(() => {
      throw new Error("no room");
    }),
    compress,
  );
  const write = async (): Promise<void> => {
    for (const line of LINES) await sink.write(Buffer.from(line));
    await sink.end();
  };
  await expect(write()).rejects.toThrow("no room");
  await expect(sink.abort()).resolves.toBeUndefined();
});
