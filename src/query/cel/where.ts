import { viewOf } from "../../bytes.ts";
import { compileFunction } from "../../codec/access/compile-function.ts";
import type { Field } from "../../codec/access/field.ts";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import { type QueryText, queryError } from "../fields/query-error.ts";
import type { ConstantComparison } from "./comparisons.ts";
import { CelCompiler, type ExpressionScope, type FieldReader } from "./compiler.ts";
import { parseExpression } from "./parse.ts";
import { timeOf } from "./terms/clock.ts";
import { knownEnums } from "./terms/enumerators.ts";
import { EXPRESSION_HELPERS } from "./terms/helpers.ts";

/**
 * Finds the rows of a batch that a condition keeps: their entries' indexes in `entries`, and in `cpus` the CPU of each
 * where CPUs are looked at one by one. `first` is the index of the batch's first entry in the whole read. Returns how
 * many there are. Entries whose value couldn't be read are kept only if the condition looks at keys alone.
 */
export type Filter = (batch: EntryBatch, first: number, entries: Int32Array, cpus: Int32Array) => number;

/** A condition, checked and compiled. */
export interface Where {
  readonly filter: Filter;
  readonly reads: ReadonlySet<FieldReader>;
  /** The fields of the value in it, and what is around them. */
  readonly fields: ReadonlySet<Field>;
  /** The comparisons of fields with constants in it. */
  readonly comparisons: readonly ConstantComparison[];
}

/**
 * Compiles a CEL expression against the types of a map. With `scope.cpu` each of the `shape.cpus` values of an entry is
 * tested by itself. Throws QUERY_INVALID, with the position in the text, before anything is read.
 */
export function compileWhere(source: QueryText, scope: ExpressionScope, shape: EntryShape): Where {
  try {
    return compile(source, scope, shape);
  } catch (error) {
    // The parser, the translation and V8 recurse where an expression nests; and the size of the translation is limited.
    if (!(error instanceof RangeError)) throw error;
    throw queryError(source, { start: 0, end: 0 }, "the expression nests too deep, or is too large");
  }
}

function compile(source: QueryText, scope: ExpressionScope, shape: EntryShape): Where {
  const compiler = new CelCompiler(source, scope, knownEnums(scope.entryTypes));
  const condition = compiler.condition(parseExpression(source));
  const reads: ReadonlySet<FieldReader> = compiler.reads;
  const loop = scope.cpu ? cpuLoop(condition, shape) : entryLoop(condition, shape, reads);
  const helpers = Object.keys(EXPRESSION_HELPERS).join(", ");
  const text = `"use strict"; const { ${helpers} } = h;
return function (kb, kd, vb, vd, errnos, rows, first, entries, cpus) {
let n = 0;
${compiler.prologue.join("\n")}
${loop}
return n;
};`;
  const run = compileFunction("h", "t", "time", "c", text)(EXPRESSION_HELPERS, compiler.tables, timeOf, scope.clock);
  const filter: Filter = ({ keys, values, errnos, count }, first, entries, cpus) =>
    run(keys, viewOf(keys), values, viewOf(values), errnos, count, first, entries, cpus);
  return { filter, reads, fields: compiler.fields, comparisons: compiler.comparisons };
}

function entryLoop(condition: string, { keySize, valueStride }: EntryShape, reads: ReadonlySet<FieldReader>): string {
  const unread = reads.has("value") ? "if (errnos !== undefined && errnos[i] !== 0) continue;\n" : "";
  return `for (let i = 0, k = 0, v = 0; i < rows; i++, k += ${keySize}, v += ${valueStride}) {
${unread}if (${condition}) entries[n++] = i;
}`;
}

function cpuLoop(condition: string, { keySize, valueStride, cpus }: EntryShape): string {
  return `for (let i = 0, k = 0; i < rows; i++, k += ${keySize}) {
if (errnos !== undefined && errnos[i] !== 0) continue;
for (let cpu = 0, v = i * ${valueStride}; cpu < ${cpus}; cpu++, v += ${valueStride / cpus}) {
if (${condition}) { entries[n] = i; cpus[n++] = cpu; }
}
}`;
}
