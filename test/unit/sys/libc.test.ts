import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ENOENT } from "../../../src/sys/errno.ts";
import { kernelBuffer } from "../../../src/sys/kernel-buffer.ts";
import { addressOf, getAffinity, readShown, unsupportedPlatform } from "../../../src/sys/libc.ts";

const isLinux = process.platform === "linux";

test.runIf(isLinux)("a file that the kernel shows is read in one piece, as far as there is room", () => {
  const buffer = kernelBuffer(4096);
  const length = readShown("/proc/self/comm", buffer);
  expect(Buffer.from(buffer.buffer, 0, length).toString()).toBe(readFileSync("/proc/self/comm", "utf8"));
  expect(readShown("/proc/self/stat", kernelBuffer(16))).toBe(16);
  expect(readShown("/no/such/file", buffer)).toBe(-ENOENT);
});

test.runIf(isLinux)("such a file is read anew each time, and stays open until the end of the turn", async () => {
  const isOpen = (): boolean => readdirSync("/proc/self/fd").some((fd) => target(fd)?.endsWith("/comm") === true);
  const comm = (): string => Buffer.from(buffer.buffer, 0, readShown("/proc/self/comm", buffer)).toString().trim();
  const buffer = kernelBuffer(4096);
  const title = comm();
  writeFileSync("/proc/self/comm", "renamed");
  expect(comm()).toBe("renamed");
  writeFileSync("/proc/self/comm", title);
  expect(isOpen()).toBe(true);
  await Promise.resolve();
  expect(isOpen()).toBe(false);
});

function target(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

test.runIf(isLinux)("addresses follow from the buffer, and differ by offsets", () => {
  const buffer = kernelBuffer(64);
  expect(addressOf(buffer)).toBeGreaterThan(0);
  expect(addressOf(buffer.subarray(24))).toBe(addressOf(buffer) + 24);
  expect(addressOf(buffer)).not.toBe(addressOf(kernelBuffer(64)));
});

test.runIf(isLinux)("a mask of CPUs that is long enough is filled in", () => {
  const mask = kernelBuffer(1024);
  expect(getAffinity(mask)).toBeGreaterThanOrEqual(8);
  expect(mask.some((byte) => byte !== 0)).toBe(true);
});

test("a system call that isn't there names the platform and what works all the same", () => {
  expect(unsupportedPlatform("bpf")).toMatchObject({
    code: "UNSUPPORTED_PLATFORM",
    message: expect.stringMatching(/^call bpf\(2\): not on \w+ \w+ \(live maps need Linux .*; snapshot files .*\)$/),
  });
});
