import { describe, expect, test } from "vitest";
import { parseMapWords, type Selection } from "../../../../src/cli/maps/map-words.ts";
import { CommandError } from "../../../../src/cli/result/command-error.ts";
import { type DialectVersion, dialectOf } from "../../../../src/codec/bpftool/dialect.ts";

function parsed(
  how: string,
  which: string,
  version: DialectVersion = "7.8",
): { selection: Selection; warnings: string[] } {
  const warnings: string[] = [];
  const selection = parseMapWords(how, which, dialectOf(version), (line) => warnings.push(line));
  return { selection, warnings };
}

function failure(how: string, which: string, version: DialectVersion = "7.8"): CommandError {
  try {
    parsed(how, which, version);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("no failure");
}

test.each<[string, string, Selection]>([
  ["id", "26", { by: "id", id: 26 }],
  ["i", "0x1a", { by: "id", id: 26 }],
  ["", "032", { by: "id", id: 26 }],
  ["id", " 26", { by: "id", id: 26 }],
  ["id", "", { by: "id", id: 0 }],
  ["id", "4294967295", { by: "id", id: 4294967295 }],
  ["name", "conns", { by: "name", name: "conns" }],
  ["n", "", { by: "name", name: "" }],
  ["na", "fifteen_letters", { by: "name", name: "fifteen_letters" }],
  ["pin", "/sys/fs/bpf/x", { by: "pinned", path: "/sys/fs/bpf/x" }],
  ["file", "x.ndjson", { by: "file", path: "x.ndjson" }],
  ["f", "x.ndjson", { by: "file", path: "x.ndjson" }],
])("%s %j", (how, which, selection) => {
  expect(parsed(how, which)).toEqual({ selection, warnings: [] });
});

test.each<[string, number]>([
  ["4294967322", 26],
  ["4294967296", 0],
  ["-1", 4294967295],
  ["99999999999999999999999", 4294967295],
])("id %s is cut to 32 bits, with a warning", (text, id) => {
  const warnings = [`Warning: map id ${text} is cut to 32 bits, as bpftool does: ${id}`];
  expect(parsed("id", text)).toEqual({ selection: { by: "id", id }, warnings });
});

test("0b is a number in the dialects whose C library reads it", () => {
  expect(parsed("id", "0b11").selection).toEqual({ by: "id", id: 3 });
  expect(failure("id", "0b11", "7.5").answer).toEqual({ error: "can't parse 0b11 as ID" });
});

describe("mistakes", () => {
  test.each<[string, string, string]>([
    ["id", "26x", "can't parse 26x as ID"],
    ["id", "1e3", "can't parse 1e3 as ID"],
    ["id", " ", "can't parse   as ID"],
    ["name", "sixteen_letters_", "can't parse name"],
    ["name", "fünfzehn_zeichen", "can't parse name"],
    ["foo", "1", "expected 'id', 'name' or 'pinned', got: 'foo'?"],
    ["ids", "1", "expected 'id', 'name' or 'pinned', got: 'ids'?"],
    ["ID", "1", "expected 'id', 'name' or 'pinned', got: 'ID'?"],
  ])("%s %j", (how, which, answer) => {
    const error = failure(how, which);
    expect(error.code).toBe("USAGE");
    expect(error.answer).toEqual({ error: answer });
  });

  test("say in our words what was wrong", () => {
    expect(failure("id", "1e3").message).toBe("'1e3' is not a map id (a whole number; 0x… is hexadecimal, 0… octal)");
    expect(failure("name", "sixteen_letters_").message).toContain("has 16 bytes (the kernel keeps 15)");
    expect(failure("foo", "1").message).toBe("expected 'id', 'name', 'pinned' or 'file', got 'foo'");
  });
});
