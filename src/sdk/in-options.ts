import { EbpfMapError } from "../errors.ts";

/** The flags of the command that messages name, in the words of programs. All others are options of the same name. */
const WORDS: readonly (readonly [flag: RegExp, words: string])[] = [
  [/--btf FILE:NAME/g, 'btf: "FILE:NAME"'],
  [/--key-type and --value-type/g, "types.key and types.value"],
  [/--per-cpu (each|any|sum|min|max|avg)\b/g, 'perCpu: "$1"'],
  [/--render \S+=hex shows them; --key takes [^)]*/g, 'entries have them where the map is opened with chars: "bytes"'],
  [/-o csv or ndjson\b/g, 'format: "csv" or "ndjson"'],
  [/-o (hist|ndjson)\b/g, 'format: "$1"'],
  [/maps are read with dump\b/g, "maps are read with openMap"],
  [/\(- writes to stdout\)/g, "(a stream takes it, too)"],
];

/** Options that are true or nothing. */
const SWITCHES: readonly string[] = ["force", "consume", "attach"];

/** A flag that stands alone, and not within a path or a name. */
const FLAG = /(?<![^\s(])--([a-z]+(?:-[a-z]+)*)( FILE\b)?/g;

/** A message that the command prints, too, with the options of programs in place of its flags. */
export function textInOptions(message: string): string {
  const worded = WORDS.reduce((text, [flag, words]) => text.replace(flag, words), message);
  return worded.replace(FLAG, (_, name: string, file = "") => {
    const option = name.replace(/-([a-z])/g, (_part, letter: string) => letter.toUpperCase());
    if (SWITCHES.includes(option)) return `${option}: true${file}`;
    return file === "" ? option : `${option}:${file}`;
  });
}

/** An error that leaves the package with the options of programs in its message. The lines that show a text stay. */
export function inOptions(error: unknown): unknown {
  if (!(error instanceof EbpfMapError)) return error;
  const [first = "", ...others] = error.message.split("\n");
  const worded = textInOptions(first);
  if (worded === first) return error;
  return new EbpfMapError(error.code, [worded, ...others].join("\n"), error.details, error.cause);
}
