import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesContent, fileContent, MOST_TEXT_BYTES } from "../../../../src/sdk/types/file-content.ts";
import { readSchemaFile } from "../../../../src/sdk/types/given-types.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

test("a file's content has the hash of its bytes", () => {
  const path = join(scratch.folder, "a");
  writeFileSync(path, "abc");
  const content = fileContent(path, "BTF");
  expect(content.hash).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(Buffer.from(content.bytes()).toString()).toBe("abc");
  expect(bytesContent(Buffer.from("abc")).hash).toBe(content.hash);
});

test("a changed file has another content", () => {
  const path = join(scratch.folder, "changed");
  writeFileSync(path, "one");
  const before = fileContent(path, "BTF");
  writeFileSync(path, "other");
  const after = fileContent(path, "BTF");
  expect(after.hash).not.toBe(before.hash);
  expect(Buffer.from(after.bytes()).toString()).toBe("other");
});

test("a file that is longer than asked for is refused unread", () => {
  const path = join(scratch.folder, "long");
  writeFileSync(path, "0123456789");
  expect(() => fileContent(path, "BTF", 9)).toThrow(
    `read BTF from ${path}: it has 10 bytes or more, and at most 9 are read`,
  );
  expect(fileContent(path, "BTF", 10).bytes()).toHaveLength(10);
});

// A text of more than 512 MiB can't be a string, which looked like a fault of the program.
test("a schema has at most 64 MiB", () => {
  const path = join(scratch.folder, "sparse");
  writeFileSync(path, "");
  truncateSync(path, 700 * 2 ** 20);
  expect(() => readSchemaFile(path)).toThrow(
    `read a schema from ${path}: it has 734003200 bytes or more, and at most ${MOST_TEXT_BYTES} are read`,
  );
});

test("a file that is not there is named with what it was to give", () => {
  expect(() => fileContent(join(scratch.folder, "none"), "a schema")).toThrow(
    `read a schema from ${join(scratch.folder, "none")}: no such file or directory`,
  );
});
