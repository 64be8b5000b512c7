import { describe, expect, test } from "vitest";
import { readSchema } from "../../../../src/schema/file/schema-file.ts";
import { knownEntryLayouts } from "../../../../src/sdk/types/map-layouts.ts";
import { entryRoots, MapSchema } from "../../../../src/sdk/types/map-schema.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";
import { connectionsOf } from "../sample-readers.ts";

const map = connectionsOf(1);
const schema = new MapSchema(map, knownEntryLayouts(map));
const bare = new MapSchema(sampleMap(), undefined);

test("the types of a map as texts", () => {
  expect(schema.isTyped).toBe(true);
  expect(schema.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(schema.c).toContain("struct conn_val {");
  expect(schema.c).toContain("ST_OPEN = 1");
  expect(schema.tree).toMatch(/packets/);
  expect(readSchema(schema.json)).toHaveLength(1);
});

test("of a map without types all are empty", () => {
  const { isTyped, fingerprint, c, tree, json } = bare;
  expect({ isTyped, fingerprint, c, tree, json }).toEqual({
    isTyped: false,
    fingerprint: "",
    c: "",
    tree: "",
    json: "",
  });
});

test("the roots of C text: a value, and a key where there is a type for it", () => {
  expect(entryRoots({ keyTypeId: 0, valueTypeId: 4 })).toEqual([{ id: 4, name: "value" }]);
  expect(entryRoots({ keyTypeId: 3, valueTypeId: 4 }).map(({ id, name }) => [id, name])).toEqual([
    [3, "key"],
    [4, "value"],
  ]);
});

describe("a schema file", () => {
  const changed = schema.json.replaceAll("packets", "parcels");

  test("that agrees has no findings", () => {
    expect(schema.compare(schema.json)).toEqual([]);
    expect(() => schema.expect(schema.json)).not.toThrow();
    expect(() => schema.expectLayouts(readSchema(schema.json))).not.toThrow();
  });

  test("that doesn't has what is different, and a difference that breaks it is thrown", () => {
    expect(changed).not.toBe(schema.json);
    expect(schema.compare(changed).map(({ severity }) => severity)).toContain("breaking");
    expect(() => schema.expect(changed)).toThrow(
      expect.objectContaining({ code: "SCHEMA_MISMATCH", message: expect.stringContaining("parcels") }),
    );
  });

  test("for other maps, or for a map without types, can't be compared", () => {
    const other = schema.json.replaceAll('"conns"', '"jobs"');
    expect(() => schema.compare(other)).toThrow(expect.objectContaining({ code: "SCHEMA_INVALID" }));
    expect(() => bare.compare(schema.json)).toThrow(expect.objectContaining({ code: "BTF_UNAVAILABLE" }));
  });
});
