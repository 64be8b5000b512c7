import { bytesFromText } from "../../bytes.ts";
import type { Dialect } from "../../codec/bpftool/dialect.ts";
import { isNamePattern, type MapSelector } from "../../reader/find.ts";
import { isPrefix } from "../args/abbreviation.ts";
import { strtoul } from "../args/strtoul.ts";
import { CommandError } from "../result/command-error.ts";
import { fileMeant } from "./bare-maps.ts";

/** A selection of maps: of this kernel, or of a snapshot file. */
export type Selection = MapSelector | { readonly by: "file"; readonly path: string };

/** The most bytes that the kernel keeps of a map's name. */
const MAX_NAME_BYTES = 15;

/** Parses `id N`, `name NAME`, `pinned PATH` or `file SNAPSHOT`. The first word may be abbreviated as in bpftool. */
export function parseMapWords(how: string, which: string, dialect: Dialect, warn: (line: string) => void): Selection {
  if (isPrefix(how, "id")) return { by: "id", id: parseId(which, dialect, warn) };
  if (isPrefix(how, "name")) return { by: "name", name: checkedName(which) };
  if (isPrefix(how, "pinned")) return { by: "pinned", path: which };
  if (isPrefix(how, "file")) return { by: "file", path: which };
  throw new CommandError("USAGE", `expected 'id', 'name', 'pinned' or 'file', got '${how}'`, {
    error: `expected 'id', 'name' or 'pinned', got: '${how}'?`,
  });
}

function parseId(text: string, dialect: Dialect, warn: (line: string) => void): number {
  const value = strtoul(text, 0, dialect.readsBinaryNumbers);
  if (value === undefined) {
    throw new CommandError("USAGE", `'${text}' is not a map id (a whole number; 0x… is hexadecimal, 0… octal)`, {
      error: `can't parse ${text} as ID`,
    });
  }
  const id = Number(BigInt.asUintN(32, value));
  if (value > 0xffff_ffffn) warn(`Warning: map id ${text} is cut to 32 bits, as bpftool does: ${id}`);
  return id;
}

function checkedName(name: string): string {
  const length = bytesFromText(name).length;
  if (length <= MAX_NAME_BYTES || isNamePattern(name)) return name;
  throw new CommandError(
    "USAGE",
    `map name '${name}' has ${length} bytes (the kernel keeps ${MAX_NAME_BYTES})${fileMeant(name)}`,
    {
      error: "can't parse name",
    },
  );
}
