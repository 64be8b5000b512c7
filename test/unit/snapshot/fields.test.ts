import { expect, test } from "vitest";
import {
  bigintField,
  booleanField,
  field,
  integerField,
  listField,
  objectField,
  optionalText,
  parseObject,
  textField,
  U64_MAX,
} from "../../../src/snapshot/fields.ts";
import { Malformed } from "../../../src/snapshot/malformed.ts";

test("fields of each kind", () => {
  const fields = parseObject(
    '{"i":-3,"b":"18446744073709551615","t":"x","y":true,"l":[1,2],"o":{"a":1},"__proto__":7}',
  );
  expect(integerField(fields, "i", 0, -3)).toBe(-3);
  expect(bigintField(fields, "b")).toBe(U64_MAX);
  expect(textField(fields, "t")).toBe("x");
  expect(optionalText(fields, "t")).toBe("x");
  expect(optionalText(fields, "none")).toBeUndefined();
  expect(booleanField(fields, "y")).toBe(true);
  expect(listField(fields, "l", (value) => Number(value) * 2)).toEqual([2, 4]);
  expect(objectField(fields, "o")).toEqual({ a: 1 });
  expect(field(fields, "__proto__")).toBe(7);
});

test.each(["", "{", "[]", "null", "7", '"x"'])("'%s' is no object", (line) => {
  expect(() => parseObject(line)).toThrow(Malformed);
});

test.each<[string, (fields: ReturnType<typeof parseObject>) => unknown]>([
  ['"toString" is missing', (fields) => field(fields, "toString")],
  ['"half" isn\'t an integer from 0 to 9', (fields) => integerField(fields, "half", 9)],
  ['"ten" isn\'t an integer from 0 to 9', (fields) => integerField(fields, "ten", 9)],
  ['"text" isn\'t an integer from 0 to 99', (fields) => integerField(fields, "text", 99)],
  ['"ten" isn\'t a string of digits', (fields) => bigintField(fields, "ten")],
  ['"past" isn\'t a string of digits', (fields) => bigintField(fields, "past")],
  ['"minus" isn\'t a string of digits from 0', (fields) => bigintField(fields, "minus")],
  ['"ten" isn\'t a string', (fields) => textField(fields, "ten")],
  ['"ten" isn\'t true or false', (fields) => booleanField(fields, "ten")],
  ['"text" isn\'t an array', (fields) => listField(fields, "text", String)],
  ['"text" isn\'t an object', (fields) => objectField(fields, "text")],
])("%s", (problem, read) => {
  const fields = parseObject('{"half":0.5,"ten":10,"text":"7","past":"18446744073709551616","minus":"-1"}');
  expect(() => read(fields)).toThrow(Malformed);
  expect(() => read(fields)).toThrow(problem);
});
