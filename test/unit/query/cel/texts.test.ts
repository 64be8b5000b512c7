import { describe, expect, test } from "vitest";
import { inputOf, keptBy, keptValues, refusalOf } from "../typed-rows.ts";

const NAMES = ["", "nginx", "NGINX", "dns,x", "naïve"];

describe("methods of strings", () => {
  test.each<[string, string[]]>([
    ['value.startsWith("ng")', ["nginx"]],
    ['value.startsWith("")', NAMES],
    ['value.endsWith("x")', ["nginx", "dns,x"]],
    ['value.contains("s,")', ["dns,x"]],
    ['value.contains("ï")', ["naïve"]],
    ['value.lowerAscii() == "nginx"', ["nginx", "NGINX"]],
    ['value.upperAscii().startsWith("NAÏ")', []],
    ['value.upperAscii().startsWith("NAï")', ["naïve"]],
    ['value.matches("^n.*x$")', ["nginx"]],
    ['value.matches("(?i)^N")', ["nginx", "NGINX", "naïve"]],
    ['value.matches("^.{5}$")', ["nginx", "NGINX", "dns,x", "naïve"]],
    ['value.matches("")', NAMES],
    ['matches(value, "^d")', ["dns,x"]],
    ['value.contains(value + "")', NAMES],
    ['"nginx".startsWith(value)', ["", "nginx"]],
    ['(value + "!").endsWith("x!")', ["nginx", "dns,x"]],
    // Known beforehand.
    ['"nginx".contains("gin")', NAMES],
    ['"nginx".endsWith("gin")', []],
    ['value == "NGINX".lowerAscii()', ["nginx"]],
    ['value == "nginx".upperAscii()', ["NGINX"]],
    ['"nginx".matches("^n") && !"nginx".matches("^x")', NAMES],
    ['value.matches("^" + "d")', ["dns,x"]],
    ['value.matches("N".lowerAscii() + "g")', ["nginx"]],
  ])("%s", async (where, kept) => {
    expect(await keptValues(where, "char[8]", NAMES)).toEqual(kept);
  });

  test("a pattern takes linear time", async () => {
    expect(await keptValues('value.matches("^(a+)+$")', "char[64]", [`${"a".repeat(63)}b`])).toEqual([]);
  });

  test.each<[string, string, string]>([
    ["value.startsWith(5)", '`startsWith` is for strings, as in value.comm.startsWith("ng")', "value.startsWith(5)"],
    ["value.startsWith()", '`startsWith` is for strings, as in value.comm.startsWith("ng")', "value.startsWith()"],
    [
      'value.lowerAscii("x") == ""',
      '`lowerAscii` is for strings, as in value.comm.lowerAscii() == "nginx"',
      'value.lowerAscii("x")',
    ],
    ["value.matches(value)", "the pattern must be a string that is known beforehand", "value"],
    ['value.matches("[")', "not a pattern of RE2: missing closing ]: `[`", '"["'],
    ['value.matches("(?<=a)b")', "not a pattern of RE2: invalid named capture: `(?<=a)b`", '"(?<=a)b"'],
  ])("refuses %s", (where, message, marked) => {
    expect(refusalOf(where, "char[8]")).toEqual({ message, marked });
  });

  test("each CPU by itself", async () => {
    const input = inputOf({ key: "u32", value: "char[8]", cpus: 2 });
    expect(await keptBy('value.startsWith("n")', input, [[1, "nginx", "dns"]])).toEqual([0]);
  });
});
