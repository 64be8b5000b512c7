import { describe, expect, test } from "vitest";
import {
  ANY_TEXT,
  BOOLEAN,
  CALLBACK,
  checkArgument,
  checkNeeds,
  checkOptions,
  MILLISECONDS,
  type OptionCheck,
  oneOf,
  PATH,
  PATH_OR_BYTES,
  PATHS,
  RECORD,
  SIGNAL,
  STANDARD_SCHEMA,
  wholeNumberFrom,
} from "../../../src/sdk/check-options.ts";

const schema = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } };

test.each<readonly [string, OptionCheck, readonly unknown[], readonly unknown[]]>([
  ["one of words", oneOf("a", "b"), ["a", "b"], ["c", "", 1, null, ["a"]]],
  ["a path", PATH, ["/x", "."], ["", "a\0b", 1, null]],
  ["text", ANY_TEXT, ["", "x"], [1, null, undefined]],
  ["a boolean", BOOLEAN, [true, false], [0, "true", null]],
  ["a function", CALLBACK, [() => 1], [{}, "f"]],
  ["an object", RECORD, [{}, { a: 1 }], [[], null, "x"]],
  ["a path or bytes", PATH_OR_BYTES, ["x", new Uint8Array(1)], ["", [1], null]],
  ["paths", PATHS, ["x", ["x", "y"], []], [["x", ""], [1], null]],
  ["a schema", STANDARD_SCHEMA, [schema, Object.assign(() => 1, schema)], [{}, null, { "~standard": {} }, () => 1]],
  ["a signal", SIGNAL, [new AbortController().signal], [{ aborted: false }, null]],
  ["milliseconds", MILLISECONDS, [0, -1, 1.5, Number.POSITIVE_INFINITY], [Number.NaN, "1", 1n]],
  ["a whole number from 2", wholeNumberFrom(2), [2, Number.MAX_SAFE_INTEGER], [1, 2.5, 2 ** 53, "2", 2n]],
])("%s", (_, check, accepted, refused) => {
  expect(accepted.filter((value) => !check.accepts(value))).toEqual([]);
  expect(refused.filter((value) => check.accepts(value))).toEqual([]);
});

test("the words of a choice stand in the message as a sentence has them", () => {
  expect([oneOf("a"), oneOf("a", "b"), oneOf("a", "b", "c")].map(({ expected }) => expected)).toEqual([
    '"a"',
    '"a" or "b"',
    '"a", "b" or "c"',
  ]);
});

describe("options are checked by name and value", () => {
  const checks = { limit: wholeNumberFrom(0), name: ANY_TEXT };
  const errorOf = (options: unknown): unknown => {
    try {
      checkOptions("read", options, checks);
    } catch (error) {
      return error;
    }
    return undefined;
  };

  test("what is right, or undefined, passes", () => {
    expect(errorOf({ limit: 3, name: undefined })).toBeUndefined();
  });

  test.each([
    [{ limit: -1 }, "read: limit: expected a whole number of at least 0, got -1"],
    [{ limit: 5n }, "read: limit: expected a whole number of at least 0, got 5"],
    [{ name: ["x"] }, "read: name: expected text, got an array"],
    [{ name: {} }, "read: name: expected text, got an object"],
    [{ name: () => 1 }, "read: name: expected text, got a function"],
    [{ limit: "x".repeat(50) }, `read: limit: expected a whole number of at least 0, got "${"x".repeat(40)}…"`],
    [{ limt: 1 }, 'read: there is no option "limt"; did you mean `limit`?'],
    [{ toString: 1 }, 'read: there is no option "toString"'],
    [null, "read: options: expected an object, got null"],
  ])("%o", (options, message) => {
    expect(errorOf(options)).toMatchObject({ code: "USAGE", message: expect.stringContaining(message) });
  });

  test("the details name the option and what it takes", () => {
    expect(errorOf({ limit: "x" })).toMatchObject({
      details: { option: "limit", expected: "a whole number of at least 0" },
    });
  });
});

test("an option that another one needs is asked for", () => {
  const needs = [["top", "sort"]] as const;
  expect(() => checkNeeds<{ top?: number; sort?: string }>("read", { top: 1 }, needs)).toThrow(
    expect.objectContaining({ code: "USAGE", message: "read: top needs sort", details: { option: "top" } }),
  );
  for (const options of [{}, { sort: "a" }, { top: 1, sort: "a" }])
    expect(() => checkNeeds<{ top?: number; sort?: string }>("read", options, needs)).not.toThrow();
});

test("a single value is checked as an option is", () => {
  expect(() => checkArgument("save", "target", "", PATH)).toThrow(/^save: target: expected a path .*, got ""$/);
  expect(() => checkArgument("save", "target", "x", PATH)).not.toThrow();
});
