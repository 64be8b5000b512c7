import { expect, test } from "vitest";
import * as runtime from "../../../src/codegen/runtime.ts";
import { importCode, RUNTIME_FUNCTIONS } from "../../../src/codegen/runtime-names.ts";

test("the runtime has every function, and no other that files could want", () => {
  const { RUNTIME_VERSION, ...functions } = runtime;
  expect(RUNTIME_VERSION).toBeGreaterThan(0);
  expect(Object.keys(functions).sort()).toEqual([...RUNTIME_FUNCTIONS].sort());
});

test.each([
  ["enumValue(names, 1)", ["enumValue"]],
  ["keyEncoder<Key>(4, put)", ["keyEncoder"]],
  ["const put: Writer = x;", ["type Writer"]],
  ["Promise<Reader<Key, Value>>", ["type Reader"]],
  ["{ charText: at(1), Reader: 2 }", []],
  ['fields["charText("]', []],
  ["/** `charText(` Writer */ x", []],
  ["view.charText(1); mycharText(2); $charText(3)", []],
])("%s imports %j", (code, names) => {
  const lines = importCode(code).split("\n").slice(1, -2);
  expect(lines).toEqual(names.map((name) => `  ${name},`));
});
