import { expect, it } from "vitest";
import { errnoName, errnoText } from "../../../src/sys/errno.ts";

it.each([
  [2, "ENOENT", "No such file or directory"],
  [22, "EINVAL", "Invalid argument"],
  [28, "ENOSPC", "No space left on device"],
  [95, "EOPNOTSUPP", "Operation not supported"],
  [524, "ENOTSUPP", "Unknown error 524"],
  [999, "errno 999", "Unknown error 999"],
])("errno %i is %s, and says what glibc says", (errno, name, text) => {
  expect([errnoName(errno), errnoText(errno)]).toEqual([name, text]);
});
