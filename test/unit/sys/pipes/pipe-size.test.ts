import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { enlargePipe, type Fcntl } from "../../../../src/sys/pipes/pipe-size.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

function opened(path: string, flags: number): number {
  const fd = openSync(path, flags);
  scratch.own({ [Symbol.dispose]: () => closeSync(fd) });
  return fd;
}

test("a pipe gets as much room as anybody may ask for, once", () => {
  const path = join(scratch.folder, "pipe");
  execFileSync("mkfifo", [path]);
  const fd = opened(path, constants.O_RDWR);
  const allowed = Number(readFileSync("/proc/sys/fs/pipe-max-size", "latin1"));
  expect(enlargePipe(fd)).toBe(Math.min(1024 * 1024, allowed));
  expect(enlargePipe(fd)).toBe(Math.min(1024 * 1024, allowed));
});

test("nothing else has a size", () => {
  expect(enlargePipe(opened("/dev/null", constants.O_WRONLY))).toBe(0);
  expect(enlargePipe(-1)).toBe(0);
});

test.each([
  ["half of it, where that is all that is allowed", 65_536, 524_288, [1_048_576, 524_288], 524_288],
  ["nothing, where nothing more is allowed", 65_536, 0, [1_048_576, 524_288, 262_144, 131_072], 65_536],
  ["what it has, where somebody gave it more", 4_194_304, 4_194_304, [], 4_194_304],
])("asks for less as long as it is refused, and gets %s", (_, before, allowed, asked, after) => {
  const sizes: number[] = [];
  const fcntl: Fcntl = (_fd, command, size) => {
    if (command === 1032) return before;
    sizes.push(size);
    return size <= allowed ? size : -1;
  };
  expect(enlargePipe(3, fcntl)).toBe(after);
  expect(sizes).toEqual(asked);
});
