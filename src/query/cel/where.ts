import { viewOf } from "../../bytes.ts";
import { compileFunction } from "../../codec/access/compile-function.ts";
import type { Field } from "../../codec/access/field.ts";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import { neededBytes } from "../fields/needed-bytes.ts";
import { type QueryText, queryError } from "../fields/query-error.ts";
import type { ConstantComparison } from "./comparisons.ts";
import { CelCompiler, type ExpressionScope, type FieldReader } from "./compiler.ts";
import { parseExpression } from "./parse.ts";
import { decidesInParts, shortCondition } from "./short-values.ts";
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
export interface CompiledWhere {
  readonly filter: Filter;
  readonly reads: ReadonlySet<FieldReader>;
  /** The fields of the value in it, and what is around them. */
  readonly fields: ReadonlySet<Field>;
  /** The bytes of a value without which the condition is never true, where values may be shorter than their type. */
  readonly neededBytes: number;
  /** Returns how many entries so far lacked a field without which the condition is neither true nor false. */
  readonly undecided: () => number;
  /** The comparisons of fields with constants in it. */
  readonly comparisons: readonly ConstantComparison[];
}

/**
 * Compiles a CEL expression against the types of a map. With `scope.cpu` each of the `shape.cpus` values of an entry is
 * tested by itself. Throws QUERY_INVALID, with the position in the text, before anything is read.
 */
export function compileWhere(source: QueryText, scope: ExpressionScope, shape: EntryShape): CompiledWhere {
  try {
    return compile(source, scope, shape);
  } catch (error) {
    // The parser, the translation and V8 recurse where an expression nests; and the size of the translation is limited.
    if (!(error instanceof RangeError)) throw error;
    throw queryError(source, { start: 0, end: 0 }, "the expression nests too deep, or is too large");
  }
}

function compile(source: QueryText, scope: ExpressionScope, shape: EntryShape): CompiledWhere {
  const compiler = new CelCompiler(source, scope, knownEnums(scope.entryTypes));
  const node = parseExpression(source);
  const condition = compiler.condition(node);
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
  const whole: Filter = ({ keys, values, errnos, count }, first, entries, cpus) =>
    run(keys, viewOf(keys), values, viewOf(values), errnos, count, first, entries, cpus);
  const { fields, comparisons } = compiler;
  const known = { reads, fields, comparisons };
  if (scope.cpu || !decidesInParts(node)) {
    const needed = neededBytes(scope.entryTypes.value, fields);
    return { ...known, filter: whole, neededBytes: needed, undecided: () => 0 };
  }
  const short = compileShort(source, scope, shape);
  const filter: Filter = (batch, first, entries, cpus) =>
    (batch.lengths === undefined ? whole : short.filter)(batch, first, entries, cpus);
  return { ...known, ...short, filter };
}

/** Compiles a condition of which a part may decide, for batches in which values are shorter than their type. */
function compileShort(
  source: QueryText,
  scope: ExpressionScope,
  { keySize, valueStride }: EntryShape,
): Pick<CompiledWhere, "filter" | "neededBytes" | "undecided"> {
  const compiler = new CelCompiler(source, scope, knownEnums(scope.entryTypes));
  const node = parseExpression(source);
  const holds = shortCondition(compiler, node, scope.entryTypes.value, true);
  const fails = shortCondition(compiler, node, scope.entryTypes.value, false);
  const helpers = Object.keys(EXPRESSION_HELPERS).join(", ");
  const text = `"use strict"; const { ${helpers} } = h;
return function (kb, kd, vb, vd, lengths, rows, first, entries, missed) {
let n = 0;
${compiler.prologue.join("\n")}
for (let i = 0, k = 0, v = 0; i < rows; i++, k += ${keySize}, v += ${valueStride}) {
const length = lengths[i];
if (${holds.code}) entries[n++] = i;
else if (!${fails.code}) missed.count++;
}
return n;
};`;
  const run = compileFunction("h", "t", "time", "c", text)(EXPRESSION_HELPERS, compiler.tables, timeOf, scope.clock);
  const missed = { count: 0 };
  const filter: Filter = ({ keys, values, lengths, count }, first, entries) =>
    run(keys, viewOf(keys), values, viewOf(values), lengths, count, first, entries, missed);
  return { filter, neededBytes: holds.neededBytes, undecided: () => missed.count };
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
