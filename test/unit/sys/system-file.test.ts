import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { systemFileError } from "../../../src/sys/system-file.ts";

function errorOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

test.each<[what: string, error: unknown, code: string, message: string]>([
  [
    "a file that isn't there",
    errorOf(() => readFileSync("/proc/no-such-file")),
    "KERNEL",
    "look around in /proc/no-such-file: no such file or directory (is /proc mounted?)",
  ],
  [
    "a file that is no folder",
    errorOf(() => readdirSync("/dev/null")),
    "KERNEL",
    "look around in /proc/no-such-file: not a directory (is /proc mounted?)",
  ],
  [
    "a file of somebody else",
    Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", errno: -13 }),
    "NO_PERMISSION",
    "look around in /proc/no-such-file: permission denied (this user may not)",
  ],
])("%s", (_what, cause, code, message) => {
  const error = systemFileError("look around", "/proc/no-such-file", cause);
  expect(error).toMatchObject({ code, message, cause, details: { path: "/proc/no-such-file" } });
});
