import { expect, test } from "vitest";
import { EACCES, EINVAL, ENOENT, ENOTSUPP, EPERM } from "../../../src/sys/errno.ts";
import { kernelError } from "../../../src/sys/kernel-error.ts";

test.each([
  [ENOENT, "NO_SUCH_MAP", "open map id 7: no such file or directory"],
  [EPERM, "NO_PERMISSION", "open map id 7: operation not permitted (needs CAP_SYS_ADMIN)"],
  [EACCES, "NO_PERMISSION", "open map id 7: permission denied (needs CAP_SYS_ADMIN)"],
  [EINVAL, "KERNEL", "open map id 7: invalid argument"],
  [ENOTSUPP, "KERNEL", "open map id 7: operation not supported"],
  [999, "KERNEL", "open map id 7: unknown error 999"],
])("errno %i: %s", (errno, code, message) => {
  const error = kernelError("open map id 7", errno, "NO_SUCH_MAP", "needs CAP_SYS_ADMIN", { id: 7 });
  expect(error).toMatchObject({ code, message, details: { id: 7, errno } });
});
