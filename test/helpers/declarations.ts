import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The declarations that an emitted `.d.ts` file exports, those that it re-exports included: one text each, without
 * comments, sorted by name. What a reviewer of the public interface wants to see, and nothing else.
 */
export function exportedDeclarations(entry: string): string[] {
  const statements = statementsOf(entry);
  return statements
    .flatMap((statement) => {
      const from = /^export (?:type )?\{([^}]*)\} from "([^"]+)"/.exec(statement);
      if (from === null)
        return statement.startsWith("export ") && !statement.startsWith("export {}") ? [statement] : [];
      const file = join(dirname(entry), (from[2] ?? "").replace(/\.[jt]s$/, ".d.ts"));
      const names = (from[1] ?? "")
        .split(",")
        .map((name) => name.replace("type ", "").trim())
        .filter(Boolean);
      return names.flatMap((name) => declarationOf(file, name));
    })
    .sort();
}

function declarationOf(file: string, name: string): string[] {
  const found = exportedDeclarations(file).filter((statement) => {
    return new RegExp(`^export (?:declare )?(?:abstract )?(?:class|function|interface|type|const) ${name}\\b`).test(
      statement,
    );
  });
  if (found.length === 0) throw new Error(`${file} doesn't declare ${name}`);
  return found;
}

/** Top-level statements, each in one line for a type and as it is for the others. */
function statementsOf(file: string): string[] {
  const text = readFileSync(file, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\n/gm, "");
  const statements: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    // A template type has brackets of its own, which need not match.
    if (text.charAt(at) === "`") at = text.indexOf("`", at + 1);
    const char = text.charAt(at);
    if ("{([".includes(char)) depth++;
    if ("})]".includes(char)) depth--;
    const isEnd =
      char === ";" ||
      (char === "}" && /^export (declare )?(class|interface|abstract)/.test(text.slice(start).trimStart()));
    if (depth > 0 || !isEnd) continue;
    statements.push(text.slice(start, at + 1).trim());
    start = at + 1;
  }
  return statements.filter((statement) => statement !== "" && statement !== ";");
}

/**
 * The exported declarations of an emitted `.d.ts` file, those that it re-exports included, and their members at any
 * depth, that have no comment in front of them; and of functions the parameters, as `name(parameter)`, and the errors,
 * as `name()`, of which the comment says nothing. What may be given as `options` is said where their type is declared.
 */
export function undocumented(entry: string): string[] {
  const text = readFileSync(entry, "utf8");
  const own = [...text.matchAll(/^export (?:declare )?(?:class|function|interface|type|const) (\w+)/gm)];
  const others = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)"/gm)];
  const found = [
    ...own.flatMap(([, name = ""]) => withoutComment(text.split("\n"), name)),
    ...others.flatMap(([, list = "", from = ""]) => {
      const names = list.split(",").map((name) => name.replace("type ", "").trim());
      const missing = undocumented(join(dirname(entry), from.replace(/\.[jt]s$/, ".d.ts")));
      return missing.filter((one) => names.includes(/^\w+/.exec(one)?.[0] ?? ""));
    }),
  ];
  return [...new Set(found)].sort();
}

function withoutComment(lines: readonly string[], name: string): string[] {
  const isStart = new RegExp(`^(?:export )?(?:declare )?(?:class|function|interface|type|const) ${name}\\b`);
  const starts = [...lines.keys()].filter((at) => isStart.test(lines[at] ?? ""));
  const [start = -1] = starts;
  const found = starts.every((at) => isCommented(lines, at)) ? [] : [name];
  if (/\bfunction /.test(lines[start] ?? "")) return [...found, ...unexplained(lines, start, name)];
  return [...found, ...membersWithoutComment(lines, start).map((member) => `${name}.${member}`)];
}

function isCommented(lines: readonly string[], at: number): boolean {
  return (lines[at - 1] ?? "").trimEnd().endsWith("*/");
}

/** The members of the declaration that begins in a line. One that may only be undefined says what excludes it. */
function membersWithoutComment(lines: readonly string[], start: number): string[] {
  const found: string[] = [];
  let before = "";
  for (let at = start + 1; /^\s|^$/.test(lines[at] ?? "x"); at++) {
    const line = lines[at] ?? "";
    const member = /^ +(?:readonly |get )?(\w+)\??[(<:]/.exec(line)?.[1];
    if (member === undefined || member === "constructor" || line.endsWith("?: undefined;")) continue;
    // Overloads of a method share the comment of the first, and say in their signatures what else they take.
    if (member !== before && !isInside(lines, at) && !isCommented(lines, at)) found.push(member);
    before = member;
  }
  return found;
}

/** True for a member of a type that stands within the parameters of a method. */
function isInside(lines: readonly string[], at: number): boolean {
  const depth = /^ */.exec(lines[at] ?? "")?.[0].length ?? 0;
  const around = lines.slice(0, at).findLast((line) => /\S/.test(line) && (/^ */.exec(line)?.[0].length ?? 0) < depth);
  return /^ +\w+[(<].*\{$/.test(around ?? "");
}

/** The parameters and errors that the comment of a function doesn't name. */
function unexplained(lines: readonly string[], start: number, name: string): string[] {
  const from = lines.slice(0, start).findLastIndex((line) => line.startsWith("/**"));
  const comment = lines.slice(from, start).join(" ");
  const signature = lines.slice(start).join(" ").split(";")[0] ?? "";
  const parameters = [...signature.matchAll(/[(,] *(?:\.\.\.)?(\w+)\??:/g)].map(([, one = ""]) => one);
  const unnamed = parameters.filter((one) => one !== "options" && !new RegExp(`\\b${one}`, "i").test(comment));
  return [...unnamed.map((one) => `${name}(${one})`), ...(/throw|reject/i.test(comment) ? [] : [`${name}()`])];
}
