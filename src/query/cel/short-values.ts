import type { ASTNode } from "@marcbachmann/cel-js";
import type { Field } from "../../codec/access/field.ts";
import type { Layout } from "../../schema/layout.ts";
import { neededBytes } from "../fields/needed-bytes.ts";

/** A translator of the parts of a condition, which collects the fields of the value that they name. */
export interface ConditionCompiler {
  condition(node: ASTNode): string;
  readonly fields: Set<Field>;
}

/** A condition on values that may be shorter than their type. */
export interface ShortCondition {
  /** Tests whether the condition is known to be what is wanted of it. `length` has the bytes that are there. */
  readonly code: string;
  /** The bytes without which that is never known. */
  readonly neededBytes: number;
}

/** Tells whether a part of a condition can decide it where fields of another part are missing. */
export function decidesInParts(node: ASTNode, wanted = true): boolean {
  if (node.op === "!_") return decidesInParts(node.args, !wanted);
  if (node.op !== "&&" && node.op !== "||") return false;
  return (node.op === "||") === wanted || node.args.some((part) => decidesInParts(part, wanted));
}

/**
 * Translates a condition on values that may be shorter than their type. A missing field is an error in CEL, and `||`
 * and `&&` absorb an error where their other side decides. Therefore "true" and "false" are translated apart: without
 * the field neither holds.
 */
export function shortCondition(
  compiler: ConditionCompiler,
  node: ASTNode,
  value: Layout,
  wanted: boolean,
): ShortCondition {
  if (node.op === "!_") return shortCondition(compiler, node.args, value, !wanted);
  if (node.op !== "&&" && node.op !== "||") return wholeCondition(compiler, node, value, wanted);
  const left = shortCondition(compiler, node.args[0], value, wanted);
  const right = shortCondition(compiler, node.args[1], value, wanted);
  const isEither = (node.op === "||") === wanted;
  return {
    code: `${isEither ? "or" : "and"}(() => ${left.code}, () => ${right.code})`,
    neededBytes: (isEither ? Math.min : Math.max)(left.neededBytes, right.neededBytes),
  };
}

/** A condition that needs all of its fields. */
function wholeCondition(compiler: ConditionCompiler, node: ASTNode, value: Layout, wanted: boolean): ShortCondition {
  compiler.fields.clear();
  const code = compiler.condition(node);
  const needed = neededBytes(value, compiler.fields);
  return { code: `(length >= ${needed} && ${wanted ? code : `!${code}`})`, neededBytes: needed };
}
