import { expect, test } from "vitest";
import { checkFormat, checkFormatQuery } from "../../../../src/sdk/reader/stream-format.ts";

test("bpftool's formats have no place for a query, ours have", () => {
  expect(() => checkFormatQuery("map id 7", "bpftool-json", { where: "true" })).toThrow(
    expect.objectContaining({ code: "USAGE", details: { option: "format" } }),
  );
  expect(() => checkFormatQuery("map id 7", "bpftool-json", { timeout: 5 })).not.toThrow();
  expect(() => checkFormatQuery("map id 7", "ndjson", { where: "true" })).not.toThrow();
});

test.each<[given: object, message: string | undefined]>([
  [{}, undefined],
  [{ format: "bpftool" }, undefined],
  [{ format: "hist", text: "escape" }, undefined],
  [{ format: "csv", csvSafe: true }, undefined],
  [{ format: "xml" }, "read map id 7: format: expected"],
  [{ format: "" }, "format: expected"],
  [{ format: "csv", text: "raw" }, "text: expected"],
  [{ format: "csv", csvSafe: "yes" }, "csvSafe: expected true or false"],
  [{ format: "json", csvSafe: true }, 'csvSafe needs format: "csv"'],
  [{ csvSafe: true }, "csvSafe needs format"],
  [{ text: "escape" }, "text needs format"],
  [{ onNote: () => undefined }, "onNote needs format"],
])("what a stream gives: %j", (given, message) => {
  if (message === undefined) checkFormat("map id 7", given);
  else {
    const refused = expect.objectContaining({ code: "USAGE", message: expect.stringContaining(message) });
    expect(() => checkFormat("map id 7", given)).toThrow(refused);
  }
});
