import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { compileValueDecoder } from "../../../../src/codec/access/value-decoder.ts";
import { compareLayouts } from "../../../../src/schema/drift.ts";
import type { Violation } from "../../../../src/schema/file/constraints.ts";
import { findSchema, readSchema, schemaText } from "../../../../src/schema/file/schema-file.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { connectionBtf } from "../../../helpers/connections.ts";
import { Random } from "../../../helpers/random.ts";
import { RandomTypes, randomSize } from "../../../helpers/random-types.ts";
import { randomValue } from "../../../helpers/random-values.ts";

function connectionLayouts(): { key: Layout; value: Layout } {
  const { bytes, key, value } = connectionBtf();
  const btf = parseBtf(bytes);
  return { key: layoutFromBtf(btf, key), value: layoutFromBtf(btf, value) };
}

// biome-ignore lint/suspicious/noExplicitAny: a document that a test bends
type Document = any;

function edited(edit: (layout: Document, document: Document) => void): string {
  const document = JSON.parse(schemaText("conns", connectionLayouts()));
  edit(document.layouts[0], document);
  return JSON.stringify(document);
}

test("what is written is read back", () => {
  const layouts = connectionLayouts();
  const [schema] = readSchema(schemaText("conns", layouts));
  expect(schema?.map).toBe("conns");
  expect(schema?.value.layout).toEqual(layouts.value);
  expect(schema?.key?.layout).toEqual(layouts.key);
  expect(schema?.value.check).toBeUndefined();
});

test("200 random types come back the same, and decode the same", () => {
  const random = new Random(11);
  for (let round = 0; round < 200; round++) {
    const size = randomSize(random, 120);
    const btf = new BtfBuilder();
    const id = new RandomTypes(random, btf, true).ofSize(size);
    const layout = layoutFromBtf(parseBtf(btf.build()), id);
    const [schema] = readSchema(schemaText("m", { key: undefined, value: layout }));
    const read = schema?.value.layout as Layout;
    expect(compareLayouts(layout, read, "value")).toEqual([]);
    const bytes = randomValue(random, size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    expect(compileValueDecoder(read)(bytes, view, 0)).toEqual(compileValueDecoder(layout)(bytes, view, 0));
  }
});

describe("a mistake is told with its place", () => {
  test.each<[string, string, string]>([
    ["no JSON", "{", "read a schema: the file: "],
    ["no object", "[]", "read a schema: the file: expected an object"],
    [
      "another format",
      edited((_, document) => {
        document.format = "x";
      }),
      'format: expected "ebpf-map-schema"',
    ],
    [
      "a newer version",
      edited((_, document) => {
        document.version = 2;
      }),
      "version: this program knows version 1",
    ],
    [
      "a typo",
      edited((layout) => {
        layout.vaule = 1;
      }),
      "layouts[0].vaule: there is no such property here; did you mean `value`?",
    ],
    [
      "a typo in a type",
      edited((layout) => {
        layout.value.fields[0].of.minimun = 1;
      }),
      "layouts[0].value.fields[0].of.minimun: there is no such property",
    ],
    [
      "a kind that there isn't",
      edited((layout) => {
        layout.value.kind = "strict";
      }),
      "layouts[0].value.kind: expected one of int, float",
    ],
    [
      "no size",
      edited((layout) => {
        delete layout.value.size;
      }),
      "layouts[0].value.size: expected a whole number from 0 to 4294967295",
    ],
    [
      "a field behind the end",
      edited((layout) => {
        layout.value.fields[0].offset = 4000;
      }),
      "ends at bit 32064, behind the 32 bytes",
    ],
    [
      "a limit for a struct",
      edited((layout) => {
        layout.value.minimum = 1;
      }),
      "layouts[0].value.minimum: has no meaning for a struct",
    ],
    [
      "a limit that is no number",
      edited((layout) => {
        layout.value.fields[0].of.maximum = "many";
      }),
      "of.maximum: expected an integer",
    ],
    [
      "a range of kernels",
      edited((layout) => {
        layout.kernel = ">=five";
      }),
      "layouts[0].kernel: '>=five' is no range of kernel versions",
    ],
    [
      "no end of nesting",
      edited((layout) => {
        for (let i = 0; i < 70; i++)
          layout.value = { kind: "array", type: "", size: 32, length: 1, element: layout.value };
      }),
      "more than 60 levels deep",
    ],
  ])("%s", (_, text, message) => {
    expect(() => readSchema(text)).toThrow(message);
  });
});

describe("the layout for a map and a kernel", () => {
  const schemas = readSchema(
    JSON.stringify({
      format: "ebpf-map-schema",
      version: 1,
      layouts: [
        { map: "conn*s", kernel: ">=4.18 <5.10", value: { kind: "int", type: "u32", size: 4, encoding: "unsigned" } },
        { map: "conn*s", kernel: ">=5.10", value: { kind: "int", type: "u64", size: 8, encoding: "unsigned" } },
        { map: "x*y*z", value: { kind: "int", type: "u8", size: 1, encoding: "unsigned" } },
      ],
    }),
  );

  test.each([
    ["conns", "4.18.0-553.el8.x86_64", 4],
    ["conntracks", "5.9.16", 4],
    ["conns", "5.10.0-1-amd64", 8],
    ["conns", "6.18.0", 8],
    ["conns", "4.17.99", undefined],
    ["conn", "6.18.0", undefined],
    ["my_conns", "6.18.0", undefined],
    ["xyz", "3.0", 1],
    ["x1y2y3z", "3.0", 1],
    ["xz", "3.0", undefined],
  ])("%s on %s", (map, release, size) => {
    expect(findSchema(schemas, map, release)?.value.layout.size).toBe(size);
  });
});

describe("values are checked", () => {
  const limits = edited(({ value }) => {
    value.fields[0].of.minimum = 1;
    value.fields[0].of.maximum = "18446744073709551614";
    value.fields[1].of.enum = ["ST_OPEN"];
    value.fields[2].of.notEmpty = true;
  });
  const check = readSchema(limits)[0]?.value.check;

  test.each<[string, unknown, Violation[]]>([
    ["all right", { packets: 1n, state: "ST_OPEN", comm: "a" }, []],
    [
      "too small",
      { packets: 0n, state: "ST_OPEN", comm: "a" },
      [{ path: "value.packets", problem: "expected at least 1, got 0" }],
    ],
    [
      "too large",
      { packets: 2n ** 64n - 1n, state: "ST_OPEN", comm: "a" },
      [{ path: "value.packets", problem: "expected at most 18446744073709551614, got 18446744073709551615" }],
    ],
    [
      "none of those",
      { packets: 1n, state: 7, comm: "a" },
      [{ path: "value.state", problem: "expected one of ST_OPEN, got 7" }],
    ],
    [
      "empty",
      { packets: 1n, state: "ST_OPEN", comm: "" },
      [{ path: "value.comm", problem: "expected something, got nothing" }],
    ],
  ])("%s", (_, value, expected) => {
    const found: Violation[] = [];
    check?.(value, "value", found);
    expect(found).toEqual(expected);
  });
});
