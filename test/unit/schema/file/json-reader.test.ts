import { expect, test } from "vitest";
import { JsonObject, jsonInteger } from "../../../../src/schema/file/json-reader.ts";

const node = new JsonObject(
  { text: "a", count: 3, big: "18446744073709551615", flag: true, list: [1, 2], of: { x: 1 }, kind: "int" },
  "root",
);

test("fields come out as what they must be", () => {
  expect(node.text("text")).toBe("a");
  expect(node.count("count")).toBe(3);
  expect(node.integer("big")).toBe(2n ** 64n - 1n);
  expect([node.flag("flag"), node.flag("none")]).toEqual([true, false]);
  expect(node.list("list")).toEqual([
    { value: 1, path: "root.list[0]" },
    { value: 2, path: "root.list[1]" },
  ]);
  expect(node.object("of").count("x")).toBe(1);
  expect(node.choice("kind", ["int", "float"])).toBe("int");
  expect([node.has("kind"), node.has("toString"), node.value("toString")]).toEqual([true, false, undefined]);
});

test.each<[() => unknown, string]>([
  [() => new JsonObject([], ""), "read a schema: the file: expected an object"],
  [() => new JsonObject(null, "a.b"), "read a schema: a.b: expected an object"],
  [() => node.text("count"), "read a schema: root.count: expected a string"],
  [() => node.count("text"), "root.text: expected a whole number from 0 to 4294967295"],
  [() => node.count("count", 2), "root.count: expected a whole number from 0 to 2"],
  [() => node.integer("text"), "root.text: expected an integer"],
  [() => node.flag("text"), "root.text: expected true or false"],
  [() => node.list("of"), "root.of: expected a list"],
  [() => node.choice("text", ["int", "float"]), "root.text: expected one of int, float"],
  [
    () => node.only("text", "count", "big", "flags", "list", "of", "kind"),
    "root.flag: there is no such property here; did you mean `flags`?",
  ],
  [() => node.only("z"), "root.text: there is no such property here (z)"],
])("%s is refused with its place", (action, message) => {
  expect(action).toThrow(message);
});

test.each([
  [7, 7n],
  ["-7", -7n],
  [2 ** 53, undefined],
  [1.5, undefined],
  ["0x10", undefined],
  ["9".repeat(41), undefined],
  [null, undefined],
])("%j as an integer is %s", (value, integer) => {
  expect(jsonInteger(value)).toBe(integer);
});
