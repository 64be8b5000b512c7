import { jsonFault } from "./json-fault.ts";

/** A position in a text, both numbers counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset. */
function textPosition(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** The position at which a text stops being JSON. */
export function faultPosition(text: string): TextPosition {
  return textPosition(text, jsonFault(text) ?? text.length);
}

/**
 * A container that is open at some position in the text: an object's name comes before each value, a list counts them.
 */
interface Open {
  readonly path: string;
  readonly isList: boolean;
  index: number;
  name: string | undefined;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * The place where `layouts[0].value.size` stands in a JSON text that is known to be well-formed: its name, the list's
 * element, or what is around it where there is no such thing.
 */
export function placeInJson(text: string, path: string): TextPosition {
  const stack: Open[] = [];
  let best = { length: -1, offset: 0 };
  const offer = (here: string, offset: number): void => {
    if (here.length > best.length && isWithin(path, here)) best = { length: here.length, offset };
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const open = stack.at(-1);
    if (token === "}" || token === "]") stack.pop();
    else if (token === ",") {
      if (open?.isList) open.index += 1;
      else if (open !== undefined) open.name = undefined;
    } else if (token !== ":") {
      if (open !== undefined && !open.isList && open.name === undefined) {
        open.name = JSON.parse(token) as string;
        offer(pathOf(open), index);
        continue;
      }
      const here = open === undefined ? "" : pathOf(open);
      offer(here, index);
      if (token === "{" || token === "[") stack.push({ path: here, isList: token === "[", index: 0, name: undefined });
    }
  }
  return textPosition(text, best.offset);
}

function pathOf({ path, isList, index, name = "" }: Open): string {
  if (isList) return `${path}[${index}]`;
  return path === "" ? name : `${path}.${name}`;
}

function isWithin(path: string, around: string): boolean {
  if (around === "" || path === around) return true;
  return path.startsWith(around) && (path[around.length] === "." || path[around.length] === "[");
}
