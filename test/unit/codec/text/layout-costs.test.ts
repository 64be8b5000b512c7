import { describe, expect, test } from "vitest";
import { LayoutCosts } from "../../../../src/codec/text/layout-costs.ts";
import type { Layout, RecordLayout } from "../../../../src/schema/layout.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

function costsOf(layout: Layout): LayoutCosts {
  const costs = new LayoutCosts();
  costs.add(layout, "value");
  return costs;
}

const members = (count: number): string => Array.from({ length: count }, (_, i) => `u8 m${i};`).join(" ");

describe("a record is written inline", () => {
  test.each([
    [1, true],
    [85, true],
    [86, false],
  ])("with %i members: %s", (count, isInline) => {
    const layout = declared(`struct { ${members(count)} }`);
    expect(costsOf(layout).isInline(layout)).toBe(isInline);
  });

  test.each([
    [5, true],
    [6, false],
  ])("with %i members, used twice: %s", (count, isInline) => {
    const layout = declared(`struct { struct in { ${members(count)} } a; struct in b; }`) as RecordLayout;
    const inner = layout.fields[0]?.layout as Layout;
    expect(layout.fields[1]?.layout).toBe(inner);
    expect(costsOf(layout).isInline(inner)).toBe(isInline);
  });
});

describe("endless output", () => {
  const many = (element: Layout, length: number): Layout => ({
    ...{ kind: "array", element, length, charsDirect: false, typeName: "", tagged: false },
    size: element.size * length,
  });

  test.each<[string, Layout]>([
    ["empty structs", many(declared("struct { }"), 2 ** 25)],
    ["empty arrays of them", many(many(declared("struct { }"), 2 ** 20), 2 ** 20)],
  ])("is refused: %s", (_name, layout) => {
    expect(() => costsOf(layout)).toThrow(expect.objectContaining({ code: "LAYOUT_INVALID" }));
    expect(() => costsOf(layout)).toThrow(/^print value: \d+ elements in 0 bytes are endless output$/);
  });

  test("is not what is large itself", () => {
    expect(() => costsOf(many(declared("u8"), 2 ** 25))).not.toThrow();
  });
});
