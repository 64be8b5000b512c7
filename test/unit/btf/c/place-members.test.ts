import { expect, test } from "vitest";
import { type DeclaredMember, memberAlign, nextOffset, placeMembers } from "../../../../src/btf/c/place-members.ts";

const PLAIN = { packed: false, aligned: 1 };
const shape = (size: number, bits?: number, attributes = PLAIN) => ({ size, align: size, bits, attributes });
const member = (name: string, size: number, bits?: number, attributes = PLAIN): DeclaredMember => ({
  name,
  type: 1,
  ...shape(size, bits, attributes),
});

test.each([
  [0, shape(4), false, 0],
  [8, shape(4), false, 32],
  [8, shape(4), true, 8],
  [9, shape(4), true, 16],
  [5, shape(4, 3), false, 5],
  [30, shape(4, 3), false, 32],
  [30, shape(4, 3), true, 30],
  [30, shape(4, 0), false, 32],
  [8, shape(4, undefined, { packed: true, aligned: 1 }), false, 8],
  [8, shape(1, undefined, { packed: false, aligned: 16 }), false, 128],
  [3, shape(4, 5, { packed: false, aligned: 8 }), false, 64],
])("behind bit %i %j, packed %j, begins at bit %i", (from, declared, packed, expected) => {
  expect(nextOffset(from, declared, packed)).toBe(expected);
});

test("alignment is the member's own, unless packed or made wider", () => {
  expect(memberAlign(shape(8), false)).toBe(8);
  expect(memberAlign(shape(8), true)).toBe(1);
  expect(memberAlign(shape(1, undefined, { packed: false, aligned: 4 }), true)).toBe(4);
});

test("a record has its members, its size and its alignment", () => {
  const members = [member("a", 1), member("b", 4), member("", 4, 3), member("c", 8)];
  const places = (union: boolean, whole = PLAIN) => {
    const { members: placed, size, align } = placeMembers(members, union, whole);
    return `${placed.map(({ name, bitOffset }) => `${name}@${bitOffset}`).join(" ")} ${size}/${align}`;
  };
  expect(places(false)).toBe("a@0 b@32 c@128 24/8");
  expect(places(false, { packed: true, aligned: 1 })).toBe("a@0 b@8 c@48 14/1");
  expect(places(true, { packed: false, aligned: 32 })).toBe("a@0 b@0 c@0 32/32");
});
