import { expect, test } from "vitest";
import { plain } from "../../../../src/server/http/answers.ts";
import { routeOf } from "../../../../src/server/http/route.ts";

const routes = ["/", "/metrics", "/api/", "/api/maps/", "/api/maps"].map((path) => ({
  method: "GET" as const,
  path,
  handle: () => plain(200, path),
}));

test.each([
  ["/", "/"],
  ["/metrics", "/metrics"],
  ["/metrics/", undefined],
  ["/api/x", "/api/"],
  ["/api/maps", "/api/maps"],
  ["/api/maps/7", "/api/maps/"],
  ["/api", undefined],
  ["", undefined],
  ["*", undefined],
])("%s is answered by %s", (path, expected) => {
  expect(routeOf(routes, path)?.path).toBe(expected);
});
