import { expect, test } from "vitest";
import { exitOfErrno } from "../../../../src/cli/result/exit-codes.ts";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";

// As observed of bpftool 5.10 and 7.
test.each([
  ["ENOENT", 2, 254, 255],
  ["EBADF", 9, 247, 255],
  ["EINVAL", 22, 234, 255],
  ["ENOSPC", 28, 228, 255],
  ["ENOTSOCK", 88, 168, 255],
  ["EOPNOTSUPP", 95, 161, 255],
  ["ENOTSUPP", 524, 244, 255],
  ["none", 0, 0, 0],
])("%s (%d) is %d, and %d in 5.10", (_, errno, status, before7) => {
  expect(exitOfErrno(errno, dialectOf("7.8"))).toBe(status);
  expect(exitOfErrno(errno, dialectOf("7.1"))).toBe(status);
  expect(exitOfErrno(errno, dialectOf("5.10"))).toBe(before7);
});
