import { expect, test } from "vitest";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { runMain } from "../run-main.ts";

const TEXT = (text: string): string => Buffer.from(text.padEnd(8, "\0")).toString("hex");

type KeyType = (btf: BtfBuilder) => number;

const chars: KeyType = (btf) => btf.array(btf.signed("char", 1), 8);
const bytes: KeyType = (btf) => btf.array(btf.int("u8", 1), 8);
const inStruct: KeyType = (btf) => btf.struct("name_key", 8, [{ name: "comm", type: chars(btf), bitOffset: 0 }]);
const twice: KeyType = (btf) => btf.struct("outer", 8, [{ name: "name", type: inStruct(btf), bitOffset: 0 }]);
const number: KeyType = (btf) => btf.int("u64", 8);

test.each<[string, KeyType | undefined, string, string, readonly string[]]>([
  ["a text that is a number in JSON", chars, TEXT("10"), "10", []],
  ["with a fraction", chars, TEXT("1.0"), "1.0", []],
  ["with an exponent", chars, TEXT("1e3"), "1e3", []],
  ["as long as the field", chars, TEXT("99999999"), "99999999", []],
  ["true", chars, TEXT("true"), "true", []],
  ["null", chars, TEXT("null"), "null", []],
  ["in quotes", chars, TEXT("10"), '"10"', []],
  ["in the only field of a struct", inStruct, TEXT("10"), "10", []],
  ["in the only field of the only field", twice, TEXT("10"), "10", []],
  ["bytes that are shown as text", bytes, TEXT("10"), "10", ["--render", "key=char"]],
  ["bytes that are shown as text, in letters", bytes, TEXT("sshd"), "sshd", ["--render", "key=char"]],
  ["bytes without a type, in digits", undefined, "1020304050607080", "1020304050607080", []],
  ["an integer", number, "0a00000000000000", "10", []],
])("--key takes %s", async (_, key, entry, given, flags) => {
  const btf = new BtfBuilder();
  const types = { key: key?.(btf) ?? 0, value: key === undefined ? 0 : btf.int("u32", 4) };
  const kernel = new TypedKernel(btf, [{ ...types, entries: [[entry, "07000000"]] }]);
  const lookup = ["lookup", "id", "1", "--key", given, "--select", "value", "-o", "ndjson", ...flags];
  const value = key === undefined ? '"07000000"' : "7";
  expect(await runMain(lookup, { kernel })).toEqual({ stdout: `{"value":${value}}\n`, stderr: "", status: 0 });
});

test("a text that is none of the key's stays refused", async () => {
  const btf = new BtfBuilder();
  const kernel = new TypedKernel(btf, [
    { key: bytes(btf), value: btf.int("u32", 4), entries: [[TEXT("10"), "07000000"]] },
  ]);
  const { stderr, status } = await runMain(["lookup", "id", "1", "--key", "10"], { kernel });
  expect(stderr).toBe("Error: --key: `key` (`u8[8]`) needs a list of 8, got 10\n");
  expect(status).toBe(255);
});
