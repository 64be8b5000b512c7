import { type ASTNode, ParseError, parse } from "@marcbachmann/cel-js";
import { type QueryText, queryError, type Range } from "../fields/query-error.ts";

/** The parser's tokens as messages show them. */
const TOKENS: Readonly<Record<string, string>> = {
  EOF: "the end",
  RPAREN: "`)`",
  LPAREN: "`(`",
  RBRACKET: "`]`",
  LBRACKET: "`[`",
  RBRACE: "`}`",
  LBRACE: "`{`",
  DOT: "`.`",
  COMMA: "`,`",
  COLON: "`:`",
  QUESTION: "`?`",
  IDENTIFIER: "a name",
  NUMBER: "a number",
  STRING: "a string",
  BOOLEAN: "`true` or `false`",
  NULL: "`null`",
  IN: "`in`",
  PLUS: "`+`",
  MINUS: "`-`",
  MULTIPLY: "`*`",
  DIVIDE: "`/`",
  MODULO: "`%`",
  AND: "`&&`",
  OR: "`||`",
  EQ: "`==`",
  NE: "`!=`",
  LT: "`<`",
  LE: "`<=`",
  GT: "`>`",
  GE: "`>=`",
};

/** Words of other languages for what CEL writes with signs. */
const WORDS: Readonly<Record<string, string>> = { and: "&&", or: "||", not: "!", AND: "&&", OR: "||", NOT: "!" };

/** Words that CEL takes for something else wherever they stand: a field of that name is written in brackets. */
export const CEL_KEYWORDS: ReadonlySet<string> = new Set(["in", "true", "false", "null"]);

/** Parses a CEL expression. Throws QUERY_INVALID with the position in the text. */
export function parseExpression(source: QueryText): ASTNode {
  try {
    return parse(source.text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { text } = source;
    const range = error.range ?? { start: 0, end: text.length };
    throw queryError(source, range, explain(error, text, range));
  }
}

/**
 * A range of an expression with the parentheses that it opens or closes: the parser leaves out those around an operand,
 * as in `2 * (1 + 2)`.
 */
export function withParentheses(text: string, { start, end }: Range): Range {
  const { opened, closed } = unmatched(text.slice(start, end));
  let [from, to] = [start, end];
  for (let i = 0; i < closed && from > 0; i++) from = Math.max(0, text.lastIndexOf("(", from - 1));
  for (let i = 0; i < opened && text.indexOf(")", to) >= 0; i++) to = text.indexOf(")", to) + 1;
  return { start: from, end: to };
}

/** The number of parentheses without a partner, those in strings left out. */
function unmatched(text: string): { readonly opened: number; readonly closed: number } {
  let [opened, closed] = [0, 0];
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]/g)) {
    if (sign === "(") opened += 1;
    else if (sign === ")" && opened > 0) opened -= 1;
    else if (sign === ")") closed += 1;
  }
  return { opened, closed };
}

function explain({ code, summary }: ParseError, text: string, range: Range): string {
  if (text.trim() === "") return "the expression is empty";
  const sign = text[range.start];
  const word = /^\w+/.exec(text.slice(range.start))?.[0] ?? "";
  const member = memberMessage(text, range.start, word, code);
  if (member !== undefined) return member;
  if (sign === "=" || (sign === "&" && text[range.start + 1] !== "&") || sign === "|") {
    return `\`${sign}\` is no operator (did you mean \`${sign}${sign}\`?)`;
  }
  if (sign === "'" || sign === '"') return "the string does not end";
  if (WORDS[word] !== undefined) return `\`${word}\` is written \`${WORDS[word]}\``;
  const [, negation] = /\b(not|NOT)\s+$/.exec(text.slice(Math.max(0, range.start - 10), range.start)) ?? [];
  if (negation !== undefined) return `\`${negation}\` is written \`!\``;
  if (code === "limit_exceeded") return summary.toLowerCase();
  const [, expected, got] = /^Expected (\w+), got (\w+)$/.exec(summary) ?? [];
  if (expected !== undefined && got !== undefined) return `${token(expected)} is missing before ${token(got)}`;
  const [, unexpected] = /^Unexpected token: (\w+)$/.exec(summary) ?? [];
  if (unexpected === "EOF") return "something is missing at the end";
  if (unexpected !== undefined) return `${token(unexpected)} does not belong here`;
  const [, macro] = /^(\w+)\(.*invalid predicate iteration variable$/.exec(summary) ?? [];
  if (macro !== undefined) return `\`${macro}\` takes a name first, as in value.slots.${macro}(x, …)`;
  if (code === "unexpected_character") return `${word === "" ? `\`${sign}\`` : `\`${word}\``} does not belong here`;
  return summary.slice(0, 1).toLowerCase() + summary.slice(1);
}

/**
 * The message where a member has a name that CEL can't take behind a dot, or a field stands without its key or value.
 */
function memberMessage(text: string, at: number, word: string, code: string): string | undefined {
  const [, path] =
    /([A-Za-z_]\w*(?:\s*\.\s*\w+|\s*\[[^\]]*\])*)\s*\.\s*$/.exec(text.slice(Math.max(0, at - 1000), at)) ?? [];
  const quoted = /^`([^`]*)`/.exec(text.slice(at))?.[1];
  if (path !== undefined && CEL_KEYWORDS.has(word)) {
    return `\`${word}\` is a word of CEL: a field of that name is written ${path}["${word}"]`;
  }
  if (path !== undefined && quoted !== undefined) return `a field's name is written ${path}[${JSON.stringify(quoted)}]`;
  if (word === "in" && code === "unexpected_token") {
    return '`in` does not belong here (a field of that name is written value["in"])';
  }
  if (code !== "reserved_identifier") return undefined;
  return `\`${word}\` is a reserved word of CEL (a field of that name: value.${word})`;
}

function token(name: string): string {
  return TOKENS[name] ?? name.toLowerCase();
}
