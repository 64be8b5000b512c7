import { expect, test } from "vitest";
import {
  abortedError,
  abortedWork,
  closedError,
  notSyncError,
  timeoutError,
} from "../../../../src/sdk/reader/read-errors.ts";
import { NO_REPORT } from "../../snapshot/sample-maps.ts";

const REPORT = { ...NO_REPORT, entries: 5, complete: false };

test.each([
  ["CLOSED", closedError("map id 7"), "read map id 7: the reader is closed"],
  ["TIMEOUT", timeoutError("map id 7", 30, REPORT), "read map id 7: not done after 30 ms (5 entries read)"],
  ["ABORTED", abortedError("map id 7", REPORT, "why"), "read map id 7: aborted after 5 entries"],
  ["ABORTED", abortedWork("list maps", "why"), "list maps: aborted"],
  ["NOT_SYNC", notSyncError("map id 7"), "read map id 7: a file is read asynchronously (use the form without Sync)"],
] as const)("%s", (code, error, message) => {
  expect(error).toMatchObject({ code, message });
});

test("a read that ends early has its report in the details, and what ended it as the cause", () => {
  expect(timeoutError("m", 1, REPORT).details).toMatchObject({ entries: 5, complete: false });
  expect(abortedError("m", REPORT, "why")).toMatchObject({ details: { entries: 5 }, cause: "why" });
  expect(abortedWork("m", "why").cause).toBe("why");
});
