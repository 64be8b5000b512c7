import { expect, test } from "vitest";
import { syscallNames } from "../../../src/sys/syscalls.ts";

test.each<[string, number, string | undefined]>([
  ["x64", 0, "read"],
  ["x64", 59, "execve"],
  ["x64", 321, "bpf"],
  ["x64", 424, "pidfd_send_signal"],
  ["x64", 5000, undefined],
  ["arm64", 56, "openat"],
  ["arm64", 63, "read"],
  ["arm64", 222, "mmap"],
  ["arm64", 280, "bpf"],
  ["arm64", 424, "pidfd_send_signal"],
])("system call of %s: %i", (arch, number, name) => {
  expect(syscallNames(arch).get(number)).toBe(name);
});
