import { expect, test } from "vitest";
import { json } from "../../../../../src/cli/args/values/json.ts";

test.each<[string, unknown]>([
  ["10.0.0.1", "10.0.0.1"],
  ["10.9.0.0/16", "10.9.0.0/16"],
  ["fe80::1", "fe80::1"],
  ["02:00:00:00:00:01", "02:00:00:00:00:01"],
  ["nginx: worker", "nginx: worker"],
  ["ST_NEW", "ST_NEW"],
  ["443", 443],
  ["-1", -1],
  ["18446744073709551615", "18446744073709551615"],
  ["true", true],
  ["null", null],
  ['"443"', "443"],
  ['{"a":1}', { a: 1 }],
  ["[1,2]", [1, 2]],
])("%s", (text, value) => {
  expect(json().parse(text, "--key")).toEqual({ value, text });
});

test.each(["", " ", '"open', "{a:1}", "[1", "{"])("%j is neither JSON nor a text alone", (text) => {
  expect(() => json().parse(text, "--key")).toThrow("--key: not JSON");
});
