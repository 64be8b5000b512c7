import { type LineCounter, parseDocument, type YAMLError } from "yaml";
import { tooDeepAt } from "./yaml-nesting.ts";

/**
 * Parses a text that is to be one document of YAML, and returns its contents; null where it has none. `lines` learns
 * where lines begin. Throws what `mistake` makes of an offset and a phrase that quotes nothing: the file may be another
 * than was meant.
 */
export function yamlContents(
  text: string,
  lines: LineCounter,
  mistake: (offset: number, what: string) => Error,
): unknown {
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== undefined) {
    for (let at = 0; at >= 0; at = text.indexOf("\n", at) + 1 || -1) lines.addNewLine(at);
    throw mistake(tooDeep, TOO_DEEP);
  }
  // Who reads the contents compares keys: the library compares each with each.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw mistake(error.pos[0], faultText(error));
  return document.contents;
}

const TOO_DEEP = "this is nested too deeply";

/** The parser's message without text of the file. */
function faultText({ code, message }: Pick<YAMLError, "code" | "message">): string {
  if (code === "RESOURCE_EXHAUSTION") return TOO_DEEP;
  if (code === "MULTIPLE_DOCS") return "a configuration is one document";
  return `no valid YAML: ${(message.split(":")[0] ?? "").replace(/["'`].*/s, "").trimEnd()}`;
}
