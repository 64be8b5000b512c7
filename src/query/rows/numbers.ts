import { viewOf } from "../../bytes.ts";
import { compileFunction } from "../../codec/access/compile-function.ts";
import type { EntryShape } from "../../reader/entries.ts";
import { CelCompiler, type ExpressionScope } from "../cel/compiler.ts";
import { parseExpression } from "../cel/parse.ts";
import { timeOf } from "../cel/terms/clock.ts";
import { knownEnums } from "../cel/terms/enumerators.ts";
import { EXPRESSION_HELPERS } from "../cel/terms/helpers.ts";
import { termTypeText } from "../cel/terms/terms.ts";
import { type QueryText, queryError } from "../fields/query-error.ts";
import type { RowRun } from "./rows.ts";

/** Computes a number for each row of a run. What it returns is used again. Integers are exact, true is 1. */
export type RowNumbers = (run: RowRun) => readonly (number | bigint)[];

/**
 * Compiles a CEL expression that gives a number against the types of a map: a path such as `value.bytes`, or something
 * computed. `scope.cpu`: rows are CPUs. Throws QUERY_INVALID, with the position in the text.
 */
export function compileNumbers(source: QueryText, scope: ExpressionScope, shape: EntryShape): RowNumbers {
  try {
    return compile(source, scope, shape);
  } catch (error) {
    // The parser, the translation and V8 recurse where an expression nests; and the size of the translation is limited.
    if (!(error instanceof RangeError)) throw error;
    throw queryError(source, { start: 0, end: 0 }, "the expression nests too deep, or is too large");
  }
}

function compile(source: QueryText, scope: ExpressionScope, { keySize, valueStride }: EntryShape): RowNumbers {
  const compiler = new CelCompiler(source, scope, knownEnums(scope.entryTypes));
  const term = compiler.term(parseExpression(source));
  if (term.type !== "integer" && term.type !== "double" && term.type !== "bool") {
    throw queryError(
      source,
      { start: 0, end: source.text.length },
      `a number is needed here, and this is ${termTypeText(term)}`,
    );
  }
  const code = term.type === "bool" ? `Number(${term.code})` : term.code;
  const helpers = Object.keys(EXPRESSION_HELPERS).join(", ");
  const text = `"use strict"; const { ${helpers} } = h;
return function (kb, kd, vb, vd, rows, entries, cpus, stride, index, out) {
${compiler.prologue.join("\n")}
for (let row = 0; row < rows; row++) {
const i = entries[row], cpu = cpus === undefined ? 0 : Math.max(0, cpus[row]);
const first = typeof index === "number" ? index : index[i] - i;
const k = i * ${keySize}, v = i * ${valueStride} + cpu * stride;
out[row] = ${code};
}
};`;
  const run = compileFunction("h", "t", "time", "c", text)(EXPRESSION_HELPERS, compiler.tables, timeOf, scope.clock);
  const out: (number | bigint)[] = [];
  return ({ batch: { keys, values }, count, entries, cpus, cpuStride, index }) => {
    run(keys, viewOf(keys), values, viewOf(values), count, entries, cpus, cpuStride, index, out);
    return out;
  };
}
