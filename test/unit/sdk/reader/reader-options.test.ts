import { expect, test } from "vitest";
import { checkReaderOptions, DECODE_CHECKS, type ReaderOptions } from "../../../../src/sdk/reader/reader-options.ts";

test.each<readonly [unknown, string]>([
  [{ int64: "digits" }, 'open a map: int64: expected "bigint", "number" or "string", got "digits"'],
  [{ perCpu: "any" }, 'open a map: perCpu: expected "each", "sum", "min", "max" or "avg", got "any"'],
  [{ types: "u32" }, 'open a map: types: expected an object, got "u32"'],
  [{ types: { vaule: "u32" } }, 'open a map: types: there is no option "vaule"; did you mean `value`?'],
  [{ types: { schema: ["a", ""] } }, "open a map: types: schema: expected a path or a list of paths"],
  [{ key: {} }, "open a map: key: expected a Standard Schema"],
  [{ onInvalid: "ignore" }, 'open a map: onInvalid: expected "throw", "skip" or "report"'],
  [{ onInvalidEntry: () => 1 }, 'open a map: onInvalidEntry needs onInvalid: "report"'],
  [{ types: { btfBase: "vmlinux" } }, "open a map: types: btfBase needs btf"],
  [{ metrics: () => 1 }, "open a map: metrics: expected an object, got a function"],
])("%o is USAGE", (options, message) => {
  const check = (): void => checkReaderOptions(options as ReaderOptions);
  expect(check).toThrow(expect.objectContaining({ code: "USAGE" }));
  expect(check).toThrow(message);
});

test("every option may be left out or undefined", () => {
  expect(() => checkReaderOptions({})).not.toThrow();
  expect(() => checkReaderOptions({ types: { btf: new Uint8Array(1), value: "u32" }, perCpu: "sum" })).not.toThrow();
  expect(() => checkReaderOptions({ onInvalid: "report", onInvalidEntry: () => undefined })).not.toThrow();
  expect(Object.keys(DECODE_CHECKS).sort()).toEqual(["chars", "enums", "int64"]);
});
