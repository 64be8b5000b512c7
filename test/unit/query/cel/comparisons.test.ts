import { expect, test } from "vitest";
import { queryOf } from "../typed-rows.ts";

const VALUE = `struct {
  u16 port; u32 addr; u16 ports[3]; char comm[8]; double load; u8 mac[6]; _Bool seen; u32 words[2];
  enum state { NEW, OLD } st; struct { u8 x; } at; }`;

/** Comparisons as `FIELD OPERATOR CONSTANTS`, those from a function with its name. */
function comparisonsOf(where: string): string[] {
  return queryOf({ key: "u32", value: VALUE }, { where }).comparisons.map(({ field, text, operator, constants }) => {
    const name = field.path === text ? text : `${text} (${field.path})`;
    const shown = constants.map(({ text: written, value, madeBy }) => {
      const plain = value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
      return `${written}=${plain}${madeBy === undefined ? "" : ` by ${madeBy}`}`;
    });
    return `${name} ${operator} ${shown.join(", ")}`;
  });
}

test.each<[string, string[]]>([
  ["value.port == 53", ["value.port == 53=53"]],
  ["53 == value.port", ["value.port == 53=53"]],
  ["53 < value.port", ["value.port > 53=53"]],
  ["53 >= value.port", ["value.port <= 53=53"]],
  ["53 != key", ["key != 53=53"]],
  ["value.port == 0x35", ["value.port == 0x35=53"]],
  ["value.port == 50 + 3", ["value.port == 50 + 3=53"]],
  ["value.port == 50 * (1 + (2 - 2)) + (3)", ["value.port == 50 * (1 + (2 - 2)) + (3)=53"]],
  ["value.port == (50 + 3) * 1", ["value.port == (50 + 3) * 1=53"]],
  ['(value.port) == size("(") * (50 + 3)', ['value.port == size("(") * (50 + 3)=53']],
  ["value.port == htons(53)", ["value.port == htons(53)=13568 by htons"]],
  ["value.port == htons(53) + 1", ["value.port == htons(53) + 1=13569 by htons"]],
  ["value.addr > duration('1s')", ["value.addr > duration('1s')=1000000000 by duration"]],
  ['value.words[0] == 5 || value["port"] == 6', ["value.words[0] == 5=5", 'value["port"] (value.port) == 6=6']],
  ["value.port in [53, htons(80)]", ["value.port in 53=53, htons(80)=20480 by htons"]],
  ["value.port in [53, value.addr]", ["value.port in 53=53"]],
  ["53 in value.ports", ["value.ports contains 53=53"]],
  ["value.ports.exists(p, p == 53)", ["p (value.ports) == 53=53"]],
  ["[53, 80].exists(p, value.port == p)", ["value.port == p=53", "value.port == p=80"]],
  ['value.comm == "dns"', ['value.comm == "dns"=dns']],
  ["value.load > 1.5", ["value.load > 1.5=1.5"]],
  ["value.load > -1.5", ["value.load > -1.5=-1.5"]],
  ["value.mac == b'\\x00\\x01\\x02\\x03\\x04\\x05'", ["value.mac == b'\\x00\\x01\\x02\\x03\\x04\\x05'=000102030405"]],
  ['value.addr == ip("10.0.0.1")', ['value.addr == ip("10.0.0.1")=0a000001 by ip']],
  ["value.st == OLD", ["value.st == OLD=1 by enum"]],
  ['value.st == "OLD"', ['value.st == "OLD"=OLD']],
  // No field is compared with a constant here.
  ["true", []],
  ["value.seen", []],
  ["value.port == value.addr", []],
  ["ntohs(value.port) == 53", []],
  ["value.port + 1 == 53", []],
  ["1 == 1", []],
  ["53 in [value.port]", []],
  ["size(value.ports) == 3", []],
  ["value.ports.map(p, p + 1).exists(q, q == 5)", []],
])("%s", (where, expected) => {
  expect(comparisonsOf(where)).toEqual(expected);
});

test("a query without a condition has none, and groups keep those of their condition", () => {
  expect(queryOf({ value: "u32" }).comparisons).toEqual([]);
  expect(queryOf({ value: "u32" }, { where: "value == 1", sort: "value" }).comparisons).toHaveLength(1);
  expect(queryOf({ value: "u32" }, { where: "value == 1", groupBy: "value" }).comparisons).toHaveLength(1);
});
