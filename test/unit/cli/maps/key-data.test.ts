import { describe, expect, test } from "vitest";
import { type KeyQuestion, parseKey } from "../../../../src/cli/maps/key-data.ts";
import { CommandError } from "../../../../src/cli/result/command-error.ts";

function question(rest: Partial<KeyQuestion> = {}): KeyQuestion & { warnings: string[] } {
  const warnings: string[] = [];
  return { keySize: 4, wanted: true, binary: true, warn: (line) => warnings.push(line), warnings, ...rest };
}

function failure(words: readonly string[], rest: Partial<KeyQuestion> = {}): CommandError {
  try {
    parseKey(words, question(rest));
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("no failure");
}

describe("keys", () => {
  test.each<[string, number[]]>([
    ["key 1 2 3 4", [1, 2, 3, 4]],
    ["k 0x0a 010 0b11 +5", [10, 8, 3, 5]],
    ["ke 0 0 0 255", [0, 0, 0, 255]],
    ["key hex 0a ff 0x10 0", [10, 255, 16, 0]],
    ["key h a b c d", [10, 11, 12, 13]],
    ["key he 0b1 0 0 0", [177, 0, 0, 0]],
  ])("%s", (line, bytes) => {
    const asked = question();
    expect(parseKey(line.split(" "), asked)).toEqual(Uint8Array.from(bytes));
    expect(asked.warnings).toEqual([]);
  });

  test("the empty word is 0, and where 'hex' may stand it is that", () => {
    expect(parseKey(["key", "1", "", "", ""], question())).toEqual(Uint8Array.of(1, 0, 0, 0));
    expect(parseKey(["key", "", "10", "", "", ""], question())).toEqual(Uint8Array.of(16, 0, 0, 0));
    expect(parseKey(["", "1", "2", "3", "4"], question())).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test.each<[string, number]>([
    ["256", 0],
    ["257", 1],
    ["0x1ff", 255],
    ["18446744073709551616", 255],
    ["-1", 255],
  ])("%s is cut to 8 bits, with a warning", (text, byte) => {
    const asked = question({ keySize: 1 });
    expect(parseKey(["key", text], asked)).toEqual(Uint8Array.of(byte));
    expect(asked.warnings).toEqual([`Warning: key byte ${text} is cut to 8 bits, as bpftool does: ${byte}`]);
  });

  test("no words and no key wanted", () => {
    expect(parseKey([], question({ wanted: false }))).toBeNull();
  });

  test("a key of no bytes", () => {
    expect(parseKey(["key"], question({ keySize: 0 }))).toEqual(new Uint8Array(0));
  });
});

describe("mistakes, with bpftool's sentence and ours", () => {
  test.each<[string, string, string]>([
    ["", "did not find key", "no key was given: key BYTE1 BYTE2 BYTE3 BYTE4"],
    ["key", "key expected 4 bytes got 0", "the key needs 4 bytes, got 0"],
    ["key hex", "key expected 4 bytes got 0", "the key needs 4 bytes, got 0"],
    ["key 1 2 3", "key expected 4 bytes got 3", "the key needs 4 bytes, got 3"],
    ["key 1 2 3 4 5", "expected key or value, got: 5", "the key needs 4 bytes, got 5"],
    ["key 1 2 3 4 5 6", "expected key or value, got: 5", "the key needs 4 bytes, got 6"],
    ["key 1 2 3 08", "error parsing byte: 08", "'08' is not a byte (a leading 0 makes it octal)"],
    ["key 1 2 3 ff", "error parsing byte: ff", "'ff' is not a byte (put 'hex' before the bytes, or 0x before each)"],
    ["key 1 2 3 x", "error parsing byte: x", "'x' is not a byte"],
    ["key x", "error parsing byte: x", "'x' is not a byte"],
    ["key hex g 0 0 0", "error parsing byte: g", "'g' is not a byte"],
    ["key 1 2 3 4 key 1 2 3 4", "duplicate key", "the key was given twice"],
    ["key 1 2 3 4 value 1", "unnecessary value", "only a key is looked up, not a value"],
    ["key 1 2 3 4 zzz", "expected key or value, got: zzz", "expected 'key', got 'zzz'"],
    ["value 1", "unnecessary value", "only a key is looked up, not a value"],
    ["any", "flags specified multiple times: any", "'any' belongs to bpftool's update"],
    ["e", "flags specified multiple times: e", "'e' belongs to bpftool's update"],
    ["1 2 3 4", "expected key or value, got: 1", "expected 'key', got '1'"],
  ])("%j", (line, answer, message) => {
    const error = failure(line === "" ? [] : line.split(" "));
    expect(error.answer).toEqual({ error: answer });
    expect(error.message).toBe(message);
    expect(error.code).toBe("KEY_INVALID");
    expect(error.status).toBe(255);
  });

  test("a key for a queue", () => {
    expect(failure(["key", "1"], { wanted: false, keySize: 0 }).answer).toEqual({ error: "unnecessary key" });
  });

  test("0b where the dialect doesn't know it", () => {
    expect(failure(["key", "0b1", "0", "0", "0"], { binary: false }).answer).toEqual({
      error: "error parsing byte: 0b1",
    });
  });

  test("a long key is named by its first and last byte", () => {
    expect(failure([], { keySize: 4096 }).message).toBe("no key was given: key BYTE1 … BYTE4096");
  });
});
