import { afterEach, expect, test, vi } from "vitest";
import { compileFunction } from "../../../../src/codec/access/compile-function.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a function of parameters and a body", () => {
  expect(compileFunction("a", "b", "return a * b;")(6, 7)).toBe(42);
});

test("a mistake in the text is not blamed on the user", () => {
  expect(() => compileFunction("return (;")).toThrow(SyntaxError);
});

test("where Node may not generate code, the option that forbids it is named", () => {
  vi.stubGlobal("Function", function refuse() {
    throw new EvalError("Code generation from strings disallowed for this context");
  });
  expect(() => compileFunction("return 1;")).toThrow(
    expect.objectContaining({
      code: "UNSUPPORTED_PLATFORM",
      message: expect.stringMatching(/may not generate code here \(--disallow-code-generation-from-strings is set/),
    }),
  );
});
