import { isPrefix } from "../args/abbreviation.ts";
import { strtoul } from "../args/strtoul.ts";
import { CommandError } from "../result/command-error.ts";

/** The form of a key that a map takes. */
export interface KeyQuestion {
  readonly keySize: number;
  /** True if a key must be given: queues and stacks have none. */
  readonly wanted: boolean;
  /** True if this dialect reads `0b101` as a number. */
  readonly binary: boolean;
  readonly warn: (line: string) => void;
}

/**
 * Parses the words behind MAP in `lookup` and `getnext`: `key [hex] BYTE…`. Returns the key's bytes, or null if no key
 * is wanted. Bytes are numbers as C reads them, cut to 8 bits like in bpftool (with a warning, since that is rarely
 * intended).
 */
export function parseKey(words: readonly string[], question: KeyQuestion): Uint8Array | null {
  const { keySize, wanted } = question;
  const [word, ...rest] = words;
  if (word === undefined) {
    if (!wanted) return null;
    throw invalid(`no key was given: key ${placeholder(keySize)}`, "did not find key");
  }
  if (!isPrefix(word, "key")) throw notAKey(word);
  if (!wanted) throw invalid("a queue or stack has no keys: leave 'key' out", "unnecessary key");
  const hex = rest[0] !== undefined && isPrefix(rest[0], "hex");
  const data = hex ? rest.slice(1) : rest;
  const bytes = data.slice(0, keySize).map((text) => parseByte(text, hex ? 16 : 0, question));
  if (bytes.length < keySize) {
    throw invalid(
      `the key needs ${keySize} bytes, got ${bytes.length}`,
      `key expected ${keySize} bytes got ${bytes.length}`,
    );
  }
  const extra = data[keySize];
  if (extra !== undefined) throw leftOver(extra, keySize, data.length);
  return Uint8Array.from(bytes);
}

function parseByte(text: string, base: 0 | 16, { binary, warn }: KeyQuestion): number {
  const value = strtoul(text, base, binary);
  if (value === undefined) throw invalid(`'${text}' is not a byte${hint(text)}`, `error parsing byte: ${text}`);
  const byte = Number(BigInt.asUintN(8, value));
  if (value > 255n) warn(`Warning: key byte ${text} is cut to 8 bits, as bpftool does: ${byte}`);
  return byte;
}

function hint(text: string): string {
  if (/^0\d*[89]/.test(text)) return " (a leading 0 makes it octal)";
  return /^[0-9a-f]{1,2}$/i.test(text) ? " (put 'hex' before the bytes, or 0x before each)" : "";
}

/** Returns the error for a word behind a complete key. */
function leftOver(word: string, keySize: number, count: number): CommandError {
  if (isPrefix(word, "key")) return invalid("the key was given twice", "duplicate key");
  const error = notAKey(word);
  if (strtoul(word, 16, false) === undefined) return error;
  return new CommandError("KEY_INVALID", `the key needs ${keySize} bytes, got ${count}`, error.answer);
}

function notAKey(word: string): CommandError {
  if (isPrefix(word, "value")) return invalid("only a key is looked up, not a value", "unnecessary value");
  if (["any", "noexist", "exist"].some((flag) => isPrefix(word, flag))) {
    return invalid(`'${word}' belongs to bpftool's update`, `flags specified multiple times: ${word}`);
  }
  return invalid(`expected 'key', got '${word}'`, `expected key or value, got: ${word}`);
}

function placeholder(keySize: number): string {
  return keySize > 4 ? `BYTE1 … BYTE${keySize}` : Array.from({ length: keySize }, (_, i) => `BYTE${i + 1}`).join(" ");
}

function invalid(message: string, error: string): CommandError {
  return new CommandError("KEY_INVALID", message, { error });
}
