import { describe, expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import type { EntryEncoder } from "../../../../src/codec/bpftool/entry-encoder.ts";
import {
  entryErrorText,
  entryFormat,
  warnOfInvalidJson,
  warnOfInvalidNames,
} from "../../../../src/output/bpftool/dialect-options.ts";
import { JsonWriter } from "../../../../src/output/bpftool/json-writer.ts";
import { findMaps } from "../../../../src/reader/find.ts";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";

const [HASH, HASH_OF_MAPS, PROG_ARRAY, REUSEPORT] = [1, 13, 3, 20];

function mapOf(type: number): MapSource {
  const info = { ...fakeMap(1).info, type, valueSize: 4 };
  const [map] = findMaps(new FakeKernel([fakeMap(1, { info })]), { by: "id", id: 1 });
  if (map === undefined) throw new Error("there is no map");
  return map;
}

describe("in place of a value", () => {
  test.each<[type: number, errno: number, json: string | undefined, plain: string | undefined]>([
    [HASH, 2, "No such file or directory", "<no entry>"],
    [HASH, 28, "No space left on device", "No space left on device"],
    [HASH, 524, "Unknown error 524", "Unknown error 524"],
    [HASH_OF_MAPS, 2, undefined, undefined],
    [PROG_ARRAY, 2, undefined, undefined],
    [PROG_ARRAY, 95, "Operation not supported", "Operation not supported"],
    [REUSEPORT, 28, "No space left on device", "<cannot read>"],
    [REUSEPORT, 2, "No such file or directory", "<no entry>"],
  ])("of map type %i, errno %i", (type, errno, json, plain) => {
    expect(entryErrorText(type, "json")(errno)).toBe(json);
    expect(entryErrorText(type, "pretty")(errno)).toBe(json);
    expect(entryErrorText(type, "plain")(errno)).toBe(plain);
  });
});

test.each([
  [HASH, false],
  [HASH_OF_MAPS, true],
])("entries of map type %i are those of a map of maps: %s", (type, mapOfMaps) => {
  using map = mapOf(type);
  const options = { style: "json", dialect: dialectOf("7.8"), warn: () => undefined } as const;
  expect(entryFormat(map, options, undefined, 2)).toMatchObject({ mapOfMaps, depth: 2, layouts: undefined });
});

describe("the line about invalid JSON", () => {
  function warning(...paths: readonly string[]): string[] {
    const fields = paths.map((path) => ({ path, reason: "a float" }));
    const encoder: Pick<EntryEncoder, "invalidJsonFields"> = { invalidJsonFields: () => fields };
    const lines: string[] = [];
    using map = mapOf(HASH);
    warnOfInvalidJson(map, encoder, (line) => lines.push(line));
    return lines;
  }

  test.each<[string, string[], string[]]>([
    ["nothing", [], []],
    [
      "one field",
      ["value.a"],
      [
        'Warning: map id 1 (fake): not valid JSON, as bpftool prints it: "value.a" is a float (-o ndjson is valid whatever the data)',
      ],
    ],
    [
      "many fields",
      ["a", "b", "c", "d", "e"],
      [
        'Warning: map id 1 (fake): not valid JSON, as bpftool prints it: "a" is a float; "b" is a float; "c" is a float; and 2 more (-o ndjson is valid whatever the data)',
      ],
    ],
    ["a hostile path", ["value.\u001b[2J"], [expect.stringContaining('"value.\\u001b[2J"')]],
  ])("of %s", (_name, paths, lines) => {
    expect(warning(...paths)).toEqual(lines);
  });

  test("of a name has no cure: bpftool's list has no other form", () => {
    const lines: string[] = [];
    const json = new JsonWriter(new CollectedOutput().out, dialectOf("7.8"), false);
    warnOfInvalidNames(json, (line) => lines.push(line));
    json.string("a\u001b");
    warnOfInvalidNames(json, (line) => lines.push(line));
    expect(lines).toEqual([
      'Warning: not valid JSON, as bpftool prints it: "a\\u001b" has control characters, which bpftool does not escape',
    ]);
  });
});
