import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRegularFile } from "../../../../src/sdk/types/regular-file.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();
const at = (name: string): string => join(scratch.folder, name);

test.each([0, 1, 65_535, 65_536, 65_537, 200_000])("%i bytes are read as they are", (size) => {
  const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
  writeFileSync(at("file"), bytes);
  symlinkSync(at("file"), at("link"));
  const { bytes: read, stats } = readRegularFile(at("link"), "read it", size);
  expect(Buffer.compare(read, bytes)).toBe(0);
  expect(stats.size).toBe(size);
});

test("one byte too many is refused with both numbers", () => {
  writeFileSync(at("file"), "12345");
  expect(() => readRegularFile(at("file"), "read it", 4)).toThrow(
    "read it: it has 5 bytes or more, and at most 4 are read",
  );
});

test("a file that doesn't tell its size is read to its end, and no further than that", () => {
  expect(Buffer.from(readRegularFile("/proc/self/status", "read it", 65_536).bytes).toString()).toMatch(/^Name:.*\n$/s);
  expect(() => readRegularFile("/proc/self/status", "read it", 10)).toThrow("at most 10 are read");
});

test("what is no regular file is neither waited for nor read", async () => {
  execFileSync("mkfifo", [at("pipe")]);
  mkdirSync(at("folder"));
  const server = createServer();
  scratch.own({ [Symbol.dispose]: () => void server.close() });
  await new Promise<void>((resolve) => server.listen(at("socket"), resolve));
  expect(() => readRegularFile(at("pipe"), "read it", 9)).toThrow("read it: it is a pipe, not a regular file");
  expect(() => readRegularFile(at("folder"), "read it", 9)).toThrow("read it: it is a directory, not a regular file");
  expect(() => readRegularFile("/dev/zero", "read it", 9)).toThrow("read it: it is a device, not a regular file");
  expect(() => readRegularFile(at("socket"), "read it", 9)).toThrow("read it: no such device or address");
});

test("a file that isn't there, or has no name", () => {
  expect(() => readRegularFile(at("nothing"), "read it", 9)).toThrow("read it: no such file or directory");
  expect(() => readRegularFile("a\0b", "read it", 9)).toThrow(/^read it: .*null bytes/);
});
