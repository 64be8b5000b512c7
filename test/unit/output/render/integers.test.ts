import { expect, test } from "vitest";
import { layoutOf } from "../../../helpers/layout-of.ts";
import { int, type Make, renderedText, word } from "./rendered.ts";

test.each<[string, Make, string, string]>([
  ["ifindex", int(4), "01000000", "lo"],
  ["ifindex", int(4), "02000000", "2"],
  ["ktime", int(8), word(1_500_000_000n), "2023-11-14T22:13:21.500000000Z"],
  ["ktime", int(8), word(-1n), "2608-06-04T21:47:53.709551615Z"],
  ["age", int(8), word(40_000_000_000n), "1m"],
  ["age", int(8), word(101_000_000_000n), "-1s"],
  ["duration", int(8), word(0), "0ns"],
  ["duration", int(8), word(999), "999ns"],
  ["duration", int(8), word(1500), "1.5µs"],
  ["duration", int(8), word(12_345_678), "12.35ms"],
  ["duration", int(8), word(59_000_000_000n), "59s"],
  ["duration", int(8), word(3_661_000_000_000n), "1h 1m"],
  ["duration", int(8), word(90_000_000_000_000n), "1d 1h"],
  ["bytes", int(8), word(512), "512 B"],
  ["bytes", int(8), word(1536), "1.5 KiB"],
  ["bytes", int(8), word(2n ** 63n), "8 EiB"],
  ["bytes", int(8, true), word(-2048), "-2 KiB"],
  ["errno", int(4, true), "feffffff", "-ENOENT"],
  ["errno", int(4), "0d000000", "EACCES"],
  ["errno", int(4), "ffff0000", "65535"],
  ["signal", int(4), "09000000", "SIGKILL"],
  ["ipproto", int(1), "06", "tcp"],
  ["ipproto", int(4), "06010000", "mptcp"],
  ["ipproto", int(1), "fd", "253"],
  ["syscall", int(4), "01000000", "write"],
  ["ksym", int(8), word(0x1001), "do_fork"],
  ["ksym", int(8), word(0x1011), "do_fork+0x10"],
  ["ksym", int(8), word(1), "1"],
  ["cgroup", int(8), word(1), "/system.slice"],
  ["uid", int(4), "01000000", "daemon"],
  [
    "flags",
    (b) =>
      b.enum("f", [
        ["NONE", 0],
        ["A", 1],
        ["B", 2],
        ["AB", 3],
      ]),
    "00000000",
    "NONE",
  ],
  [
    "flags",
    (b) =>
      b.enum("f", [
        ["A", 1],
        ["B", 2],
        ["AB", 3],
      ]),
    "0b000000",
    "AB|0x8",
  ],
  ["flags", (b) => b.enum("f", [["A", 1]]), "00000000", "0"],
])("%s, row %#", (name, make, hex, expected) => {
  expect(renderedText(name, layoutOf(make), hex)).toBe(expected);
});
