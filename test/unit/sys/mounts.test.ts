import { expect, test } from "vitest";
import { parseMounts } from "../../../src/sys/mounts.ts";

test.each([
  ["one line", "none /sys/fs/bpf bpf rw,mode=700 0 0\n", [{ path: "/sys/fs/bpf", type: "bpf" }]],
  ["a blank, a tab and a new line", "a /m/my\\040b\\011c\\012d bpf rw 0 0\n", [{ path: "/m/my b\tc\nd", type: "bpf" }]],
  ["a backslash before digits", "a /m/\\134040 bpf rw 0 0\n", [{ path: "/m/\\040", type: "bpf" }]],
  ["a number sign", "a /m/\\043x bpf rw 0 0\n", [{ path: "/m/#x", type: "bpf" }]],
  ["not octal", "a /m/\\08x bpf rw 0 0\n", [{ path: "/m/\\08x", type: "bpf" }]],
  ["letters beyond ASCII", "a /m/größe bpf rw 0 0\n", [{ path: "/m/größe", type: "bpf" }]],
  ["short lines", "\nproc\nproc /proc\n", []],
  [
    "several, in their order",
    "b /b bpf rw 0 0\na /a ext4 rw 0 0\n",
    [
      { path: "/b", type: "bpf" },
      { path: "/a", type: "ext4" },
    ],
  ],
])("%s", (_, text, mounts) => {
  expect(parseMounts(text)).toEqual(mounts);
});
