import { expect, test } from "vitest";
import { Malformed } from "../../../../src/snapshot/malformed.ts";
import { parseEntry, parsePeek } from "../../../../src/snapshot/read/entry-json.ts";

const SHAPE = { keySize: 2, valueSize: 3, cpus: 0, valueStride: 3 };
const KEYLESS = { ...SHAPE, keySize: 0 };

function slot() {
  return { keys: new Uint8Array(4), keyAt: 2, values: new Uint8Array(6).fill(9), valueAt: 3 };
}

test.each([
  ['{"key":"0102","value":"0a0b0c"}', 0, [0, 0, 1, 2], [9, 9, 9, 10, 11, 12]],
  [' { "value" : "0a0b0c", "key":"0102" } ', 0, [0, 0, 1, 2], [9, 9, 9, 10, 11, 12]],
  ['{"key":"0102","errno":2}', 2, [0, 0, 1, 2], [9, 9, 9, 9, 9, 9]],
])("%s", (line, errno, keys, values) => {
  const into = slot();
  expect(parseEntry(line, SHAPE, into)).toBe(errno);
  expect([[...into.keys], [...into.values]]).toEqual([keys, values]);
});

test.each([
  [SHAPE, '{"key":"01","value":"0a0b0c"}', "the key has 1 bytes, 2 expected"],
  [SHAPE, '{"key":"0102","value":"0a0b0c0d"}', "the value has 4 bytes, 3 expected"],
  [SHAPE, '{"key":"0102","value":"0A0B0C"}', "the value is not in lower-case hex digits"],
  [SHAPE, '{"key":"0102"}', '"value" is missing'],
  [SHAPE, '{"key":"0102","value":"0a0b0c","x":1}', 'an entry of this map has no "x"'],
  [SHAPE, '{"key":"0102","value":"0a0b0c","errno":2}', 'an entry of this map has no "value"'],
  [SHAPE, '{"key":"0102","errno":0}', '"errno" isn\'t an integer from 1 to 4095'],
  [KEYLESS, '{"key":"0102","value":"0a0b0c"}', 'an entry of this map has no "key"'],
])("%j: %s: %s", (shape, line, problem) => {
  expect(() => parseEntry(line, shape, slot())).toThrow(Malformed);
  expect(() => parseEntry(line, shape, slot())).toThrow(problem);
});

test("a peek is one value", () => {
  expect([...parsePeek('{"peek":"010203"}', SHAPE)]).toEqual([1, 2, 3]);
  expect(() => parsePeek('{"peek":"0102"}', SHAPE)).toThrow("the peek has 2 bytes, 3 expected");
});
