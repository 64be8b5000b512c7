import type { ASTNode } from "@marcbachmann/cel-js";
import type { Range } from "../fields/query-error.ts";
import { eachCpu } from "./compare.ts";
import { compilePattern } from "./re2.ts";
import { EXPRESSION_HELPERS } from "./terms/helpers.ts";
import { constantText, isOfCpus, type Term, type TermCompiler, type TextTerm, termTypeText } from "./terms/terms.ts";

/** A method of strings: an example of its use, whether it takes a string, and its translation. */
interface TextMethod {
  readonly example: string;
  readonly takes: "nothing" | "text";
  readonly apply: (compiler: TermCompiler, text: TextTerm, argument: Term & TextTerm) => TextTerm | BoolTerm;
}

interface BoolTerm {
  readonly type: "bool";
  readonly code: string;
}

/** The methods of strings, called as `text.name(…)`. */
const METHODS: Readonly<Record<string, TextMethod>> = {
  startsWith: { example: 'startsWith("ng")', takes: "text", apply: ofString("startsWith") },
  endsWith: { example: 'endsWith("x")', takes: "text", apply: ofString("endsWith") },
  contains: { example: 'contains("gin")', takes: "text", apply: ofString("includes") },
  matches: { example: 'matches("^ng.*x$")', takes: "text", apply: matches },
  lowerAscii: { example: 'lowerAscii() == "nginx"', takes: "nothing", apply: ofHelper("lower") },
  upperAscii: { example: 'upperAscii() == "NGINX"', takes: "nothing", apply: ofHelper("upper") },
};

export const TEXT_METHODS: readonly string[] = Object.keys(METHODS);

/** `target.name(arguments)` for a method of strings. */
export function callTextMethod(
  compiler: TermCompiler,
  name: string,
  target: Term,
  args: readonly ASTNode[],
  range: Range,
): Term {
  const { example, takes, apply } = METHODS[name] as TextMethod;
  const values = args.map((arg) => compiler.term(arg));
  const isRight = values.length === (takes === "text" ? 1 : 0) && values.every(({ type }) => type === "text");
  if (target.type !== "text" || !isRight) {
    const hint = isOfCpus(target) ? `, and this is ${termTypeText(target)} (${eachCpu(target)})` : "";
    return compiler.fail(range, `\`${name}\` is for strings, as in value.comm.${example}${hint}`);
  }
  return { ...apply(compiler, target, (values[0] ?? target) as Term & TextTerm), range };
}

function ofString(method: "startsWith" | "endsWith" | "includes"): TextMethod["apply"] {
  return (_, text, argument) => {
    if (text.constant === undefined || argument.constant === undefined) {
      return { type: "bool", code: `${text.code}.${method}(${argument.code})` };
    }
    return { type: "bool", code: String(text.constant[method](argument.constant)) };
  };
}

function ofHelper(helper: "lower" | "upper"): TextMethod["apply"] {
  return (compiler, { code, constant }) => {
    if (constant === undefined) return { type: "text", code: `${helper}(${code})` };
    return constantText(compiler, EXPRESSION_HELPERS[helper](constant));
  };
}

function matches(compiler: TermCompiler, text: TextTerm, { constant, range }: Term & TextTerm): BoolTerm {
  if (constant === undefined) return compiler.fail(range, "the pattern must be a string that is known beforehand");
  try {
    const pattern = compilePattern(constant);
    if (text.constant !== undefined) return { type: "bool", code: String(pattern.test(text.constant)) };
    return { type: "bool", code: `t[${compiler.table(pattern)}].test(${text.code})` };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    return compiler.fail(range, `not a pattern of RE2: ${reason}`);
  }
}
