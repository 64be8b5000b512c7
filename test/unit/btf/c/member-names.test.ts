import { expect, test } from "vitest";
import { MemberNames, scopeNames } from "../../../../src/btf/c/member-names.ts";
import type { RecordType } from "../../../../src/btf/c/tagged.ts";

const member = (name: string, type = 0) => ({ name, type, bitOffset: 0, bitfieldSize: 0 });
const record = (...members: RecordType["members"]): RecordType => ({ kind: "struct", name: "", size: 8, members });

test("names are unique and legal, in the order of the members", () => {
  const names = new MemberNames(["a", "", "int", "a", "b c"]);
  expect(["a", "_0", "int_", "a_1", "b_c"].map(() => names.next())).toEqual(["a", "_0", "int_", "a_1", "b_c"]);
});

test("what the BTF has no member for has a name of its own", () => {
  const names = new MemberNames(["bytes", "__padding"]);
  expect([names.extra("bytes"), names.extra("bytes"), names.extra("__padding")]).toEqual([
    "bytes_1",
    "bytes_2",
    "__padding_1",
  ]);
});

test("members of anonymous records share the scope", () => {
  const inner = record(member("b"), member(""));
  const outer = record(member("a"), member("", 7), member("c"));
  const anonymous = ({ type }: { type: number }): RecordType | undefined => (type === 7 ? inner : undefined);
  expect(scopeNames(outer, anonymous)).toEqual(["a", "b", "", "c"]);
});

test("records that hold themselves end", () => {
  const self = record(member("a"), member("", 7), member("", 7));
  expect(scopeNames(self, ({ type }) => (type === 7 ? self : undefined)).length).toBeLessThan(200_000);
});
