import { expect, test } from "vitest";
import { unreadNote } from "../../../../src/output/rows/unread-note.ts";

test("says how many values, of which map, and what becomes of their entries", () => {
  expect(unreadNote(1, "are left out", "map id 7 (conns)")).toBe(
    "Note: 1 value of map id 7 (conns) could not be read: their entries are left out",
  );
  expect(unreadNote(12, "are shown without them")).toBe(
    "Note: 12 values could not be read: their entries are shown without them",
  );
});
