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
 * The exported declarations of an emitted `.d.ts` file, those that it re-exports included, and the members of those, that have
 * no comment in front of them.
 */
export function undocumented(entry: string): string[] {
  const text = readFileSync(entry, "utf8");
  const own = [...text.matchAll(/^export (?:declare )?(?:class|function|interface|type|const) (\w+)/gm)];
  const others = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)"/gm)];
  return [
    ...own.flatMap(([, name = ""]) => withoutComment(text.split("\n"), name)),
    ...others.flatMap(([, list = "", from = ""]) => {
      const names = list.split(",").map((name) => name.replace("type ", "").trim());
      const found = undocumented(join(dirname(entry), from.replace(/\.[jt]s$/, ".d.ts")));
      return found.filter((one) => names.includes(one.split(".")[0] ?? ""));
    }),
  ].sort();
}

function withoutComment(lines: readonly string[], name: string): string[] {
  const start = lines.findIndex((line) =>
    new RegExp(`^(?:export )?(?:declare )?(?:class|function|interface|type|const) ${name}\\b`).test(line),
  );
  const isCommented = (at: number): boolean => (lines[at - 1] ?? "").trimEnd().endsWith("*/");
  const found = isCommented(start) ? [] : [name];
  if (!/\b(?:class|interface) /.test(lines[start] ?? "")) return found;
  let before = "";
  for (let at = start + 1; at < lines.length && lines[at] !== "}"; at++) {
    const member = /^ {4}(?:readonly |get )?(\w+)[?(<:]/.exec(lines[at] ?? "")?.[1];
    if (member === undefined || member === "constructor") continue;
    // Overloads of a method share the comment of the first.
    if (member !== before && !isCommented(at)) found.push(`${name}.${member}`);
    before = member;
  }
  return found;
}
