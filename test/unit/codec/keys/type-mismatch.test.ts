import { describe, expect, test } from "vitest";
import { inside, type Problem, TypeMismatch } from "../../../../src/codec/keys/type-mismatch.ts";

describe("a mismatch says what is expected", () => {
  test.each<[type: string, problem: Problem, expected: string]>([
    ["u8", { kind: "range", low: 0n, high: 255n }, "u8 (0 to 255)"],
    ["", { kind: "range", low: 0n, high: 1n }, "an integer (0 to 1)"],
    ["bool", { kind: "bool" }, "bool (true or false)"],
    ["double", { kind: "number" }, "double (a number)"],
    ["struct later", { kind: "unknown bytes" }, "nothing (of struct later no bytes are known)"],
    ["long double", { kind: "bytes", size: 16 }, "long double (a Uint8Array of 16 bytes)"],
    ["u32", { kind: "hex", size: 4 }, "u32 (8 hexadecimal digits)"],
    ["struct key", { kind: "network", bits: 32 }, "struct key (a network of 32 bits)"],
    ["enum e", { kind: "enumerator", names: ["A", "B"] }, "enum e (A, B, or a number)"],
    ["u8[2]", { kind: "list", length: 2, isText: false }, "u8[2] (an array of 2)"],
    ["char[2]", { kind: "list", length: 2, isText: true }, "char[2] (up to 2 bytes of text, or an array of 2)"],
    ["struct s", { kind: "object", names: undefined }, "struct s (an object)"],
    ["struct s", { kind: "object", names: ["a"] }, "struct s (an object with a)"],
    ["struct s", { kind: "field", names: ["a", "b"] }, "only fields of struct s (a, b)"],
    ["union u", { kind: "member", names: ["a", "b"] }, "union u (one or more of a, b)"],
  ])("%s %#", (type, problem, expected) => {
    const text = new TypeMismatch(type, problem, undefined).asError("key").message;
    expect(text).toBe(`encode key: expected ${expected}, got nothing`);
  });

  test("but not all of many names", () => {
    const names = Array.from({ length: 20 }, (_, i) => `n${i}`);
    expect(new TypeMismatch("enum e", { kind: "enumerator", names }, "x").asError("key").message).toContain(
      "(n0, n1, n2, n3, n4, n5, n6, n7 and 12 more, or a number)",
    );
  });
});

describe("and what was given", () => {
  test.each<[value: unknown, got: string]>([
    [undefined, "nothing"],
    [null, "null"],
    [true, "true"],
    [1.5, "1.5"],
    [5n, "5"],
    [2n ** 200n, "a larger integer"],
    ["text", '"text"'],
    ["\u001b", '"\\u001b"'],
    ["x".repeat(41), `"${"x".repeat(40)}…"`],
    [[1, 2], "an array of 2"],
    [Uint8Array.of(1), "a Uint8Array of 1 bytes"],
    [{ a: 1 }, "an object"],
    [() => 1, "a function"],
    [Symbol("s"), "a symbol"],
  ])("%#", (value, got) => {
    const error = new TypeMismatch("u8", { kind: "bool" }, value).asError("key");
    expect(error).toMatchObject({ code: "KEY_INVALID", details: { got, path: "key" } });
  });
});

test("each step around it goes before its path", () => {
  const throwing = (): never => {
    throw new TypeMismatch("u8", { kind: "bool" }, 7);
  };
  const nested = (): void => inside(".conn", () => inside("[3]", () => inside(".port", throwing)));
  expect(nested).toThrow(expect.objectContaining({ path: ".conn[3].port" }));
  expect(() => inside("[0]", () => JSON.parse("{"))).toThrow(SyntaxError);
});
