import { describe, expect, test } from "vitest";
import { choice } from "../../../../../src/cli/args/values/choice.ts";
import { duration } from "../../../../../src/cli/args/values/duration.ts";
import { json } from "../../../../../src/cli/args/values/json.ts";
import { percentage, powerOfTwo, wholeNumber } from "../../../../../src/cli/args/values/number.ts";
import { histogramScale } from "../../../../../src/cli/args/values/scale.ts";
import { path, paths, text } from "../../../../../src/cli/args/values/text.ts";

describe("durations", () => {
  test.each<[string, number | undefined]>([
    ["10ms", 10],
    ["1.5s", 1500],
    ["1.5", 1500],
    ["2m", 120_000],
    ["24h", 86_400_000],
    ["0.01", 10],
    ["1.123456789s", 1123],
    ["1.1234567891s", undefined],
    ["9ms", undefined],
    ["0", undefined],
    ["-1s", undefined],
    ["24.1h", undefined],
    ["1d", undefined],
    ["1 s", undefined],
    ["1e3", undefined],
    [".5s", undefined],
    ["s", undefined],
    ["", undefined],
    ["9".repeat(10), undefined],
    ["constructor", undefined],
  ])("%j", (given, milliseconds) => {
    const { parse, accepts } = duration({ from: "10ms", to: "24h" });
    expect(parse(given, "--interval")).toBe(milliseconds);
    expect(accepts).toBe("a time from 10ms to 24h such as 500ms, 10s or 5m");
  });
});

describe("scales of histograms", () => {
  test.each<[string, unknown]>([
    ["log2", { kind: "log2" }],
    ["bpftrace", { kind: "hist", bits: 0 }],
    ["linear:0:10", { kind: "lhist", start: 0n, step: 10n, end: undefined }],
    ["lhist", undefined],
  ])("%j", (given, scale) => {
    const { parse, accepts, suggest } = histogramScale();
    expect(parse(given, "--scale")).toEqual(scale);
    expect(accepts).toContain("linear:START:STEP");
    expect(suggest?.("hist")).toBe("bpftrace");
  });
});

describe("numbers", () => {
  test.each<[string, number | undefined]>([
    ["0", 0],
    ["007", 7],
    ["999999999", 999_999_999],
    ["1000000000", undefined],
    ["-1", undefined],
    ["+1", undefined],
    ["1e3", undefined],
    ["1.0", undefined],
    ["0x1", undefined],
    ["", undefined],
    ["١", undefined],
  ])("whole %j", (given, value) => {
    expect(wholeNumber({ from: 0 }).parse(given, "--limit")).toBe(value);
  });

  test("whole numbers within bounds", () => {
    expect(wholeNumber({ from: 1, to: 9 }).parse("0", "")).toBeUndefined();
    expect(wholeNumber({ from: 1, to: 9 }).parse("9", "")).toBe(9);
    expect(wholeNumber({ from: 1, to: 9 }).parse("10", "")).toBeUndefined();
    expect(wholeNumber({ from: 1, to: 9 }).accepts).toBe("a whole number from 1 to 9");
  });

  test.each<[string, number | undefined]>([
    ["1", 1],
    ["128", 128],
    ["65536", 65_536],
    ["131072", undefined],
    ["0", undefined],
    ["3", undefined],
  ])("power of two %j", (given, value) => {
    expect(powerOfTwo({ to: 65_536 }).parse(given, "--pages")).toBe(value);
  });

  test.each<[string, number | undefined]>([
    ["80", 80],
    ["80%", 80],
    ["99.5%", 99.5],
    ["100", 100],
    ["0.1", 0.1],
    ["0", undefined],
    ["100.1", undefined],
    ["1x", undefined],
    ["NaN", undefined],
    ["%", undefined],
  ])("percentage %j", (given, value) => {
    expect(percentage().parse(given, "--warn")).toBe(value);
  });
});

describe("choices", () => {
  const colors = choice("WHEN", ["auto", "always", "never"], { yes: "always" });

  test("are words of the list", () => {
    expect(colors.parse("never", "--color")).toBe("never");
    for (const word of ["Never", "nev", "", "toString"]) expect(colors.parse(word, "--color")).toBeUndefined();
    expect(colors.accepts).toBe("auto, always or never");
  });

  test("suggest what was probably meant", () => {
    expect(colors.suggest?.("yes")).toBe("always");
    expect(colors.suggest?.("alwys")).toBe("always");
    expect(colors.suggest?.("banana")).toBeUndefined();
    expect(colors.suggest?.("toString")).toBeUndefined();
  });
});

test("texts, paths of files and of fields", () => {
  expect(text("TYPE").parse("struct event", "--type")).toBe("struct event");
  expect(path().parse("", "--btf")).toBeUndefined();
  expect(paths().parse("a,b", "--select")).toEqual({ option: "--select", text: "a,b" });
  expect(paths().parse("", "--select")).toBeUndefined();
});

test("JSON: integers that a double may not hold come as digits", () => {
  const parse = (text: string, option: string): unknown => json().parse(text, option)?.value;
  expect(parse('{"a":18446744073709551615,"b":[1,"x 18446744073709551615"],"c":null}', "--key")).toEqual({
    a: "18446744073709551615",
    b: [1, "x 18446744073709551615"],
    c: null,
  });
  expect(parse("1.8446744073709551615e19", "--key")).toBe(18446744073709552000);
  expect(() => parse("{", "--key")).toThrow("--key: not JSON (text stands in double quotes)\n  {\n   ^");
});
