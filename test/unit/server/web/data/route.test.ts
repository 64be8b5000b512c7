import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRoute, routeHash, TABS, TOPS, type View } from "../../../../../src/server/web/data/route.ts";

test.each([
  ["", "#/"],
  ["#/map/7", "#/map/7"],
  ["#/map/7?tab=chart&field=value.bytes&rate=1&top=20", "#/map/7?tab=chart&field=value.bytes&rate=1&top=20"],
  ["#/map/7?where=key+%3D%3D+1&sort=value.bytes%3Adesc", "#/map/7?where=key+%3D%3D+1&sort=value.bytes%3Adesc"],
  ["#/map/7?type=struct+event", "#/map/7?type=struct+event"],
  ["#/map/7?tab=none&top=11&other=1", "#/map/7"],
  ["#/map/x", "#/"],
  ["#/map/99999999999", "#/"],
])("%s is understood as %s", (hash, meant) => {
  expect(routeHash(parseRoute(hash))).toBe(meant);
});

test("whatever a route is, its address leads back to it", () => {
  const order = fc.record({ path: fc.string({ minLength: 1 }).filter(isPath), descending: fc.boolean() });
  const routes: fc.Arbitrary<View> = fc.record({
    id: fc.option(fc.nat(), { nil: undefined }),
    tab: fc.constantFrom(...TABS),
    where: fc.string({ unit: "grapheme" }),
    find: fc.string({ unit: "grapheme" }),
    order: fc.option(order, { nil: undefined }),
    field: fc.string(),
    isRate: fc.boolean(),
    top: fc.constantFrom(...TOPS),
    type: fc.string(),
  });
  fc.assert(
    fc.property(routes, (route) => {
      expect(parseRoute(routeHash(route))).toEqual(route);
    }),
  );
});

/** A path doesn't end like a direction. */
function isPath(text: string): boolean {
  return !/:(?:desc|asc)$/.test(text);
}
