import { describe, expect, test } from "vitest";
import { queryLines, refusalOf } from "../run-query.ts";

const CONNS = 7;
const HITS = 11;
const BARE = 15;

/** The ports of the connections that a condition keeps: 443, 53 and 80 there are. */
async function ports(where: string): Promise<string> {
  const lines = await queryLines(CONNS, { where, select: "key.dport" });
  return lines.map((line) => (JSON.parse(line) as { "key.dport": number })["key.dport"]).join(" ");
}

test.each<[string, string]>([
  ["true", "443 53 80"],
  ["false", ""],
  ["value.packets > 1000 && value.st == ST_ESTABLISHED", "443"],
  // 64 bits, exactly: 2^64-1, 2^53+1 and what lies around them.
  ["value.packets == 18446744073709551615u", "53"],
  ["value.packets == 18446744073709551615", "53"],
  ["value.packets > 18446744073709551614u", "53"],
  ["value.packets >= 18446744073709551616", ""],
  ["value.bytes == 9007199254740993", "53"],
  ["value.bytes == 9007199254740992", ""],
  ["value.bytes > 9007199254740992", "53"],
  ["value.bytes > 9007199254740991", "53"],
  ["9007199254740991 < value.bytes", "53"],
  ["value.bytes < 9007199254740993", "443 80"],
  ["value.packets > value.bytes", "53 80"],
  ["value.packets != value.bytes", "443 53 80"],
  ["value.packets == 0xffffffffffffffffu", "53"],
  // Signs.
  ["value.delta < 0", "443"],
  ["value.delta == -5", "443"],
  ["-value.delta == value.delta", "53"],
  ["-value.delta > 4", "443"],
  // Arithmetic does not overflow.
  ["value.packets + 1u > value.packets", "443 53 80"],
  ["value.packets + 1 == 18446744073709551616", "53"],
  ["value.packets * 2 == 4000", "443"],
  ["value.packets - 2001 < 0", "443 80"],
  ["value.delta * value.delta == 25", "443 80"],
  ["value.delta / 2 == -2", "443"],
  ["value.delta % 2 == -1", "443"],
  ["value.packets % 10 == 7", "80"],
  ["7 / 2 == 3 && -7 / 2 == -3 && -7 % 2 == -1", "443 53 80"],
  // One side decides even where the other one divides by zero.
  ["value.bytes != 0 && value.packets / value.bytes > 100", "53"],
  ["value.packets / value.bytes > 100 && value.bytes != 0", "53"],
  ["value.bytes == 0 || value.bytes / value.packets == 2", "443 80"],
  ["value.packets / value.bytes == 0 || value.bytes == 0", "443 80"],
  // Bools, floats.
  ["value.seen", "53"],
  ["!value.seen", "443 80"],
  ["value.seen == false", "443 80"],
  ["value.load == 0.5", "443"],
  ["value.load < 1.0", "443 80"],
  ["value.load < 1", "443 80"],
  ["value.load != value.load", "53"],
  ["value.load + 0.25 > 0.5", "443"],
  ["double(value.packets) / 3.0 > 600.0", "443 53"],
  ["value.packets < 2000.5", "443 80"],
  // Bit-fields, enums.
  ["value.zone == 5", "443"],
  ["value.zone in [4, 5]", "443"],
  ["value.st in [ST_SYN, ST_NEW]", "53"],
  ["value.st >= ST_ESTABLISHED", "443 80"],
  ["ST_SYN == value.st", "53"],
  ["value.st == 9", "80"],
  ["value.packets in [7, 8, 2000, 18446744073709551615u]", "443 53 80"],
  // Text.
  ['value.comm == "nginx"', "443"],
  ['value.comm != "nginx"', "53 80"],
  ['value.comm == "ngin"', ""],
  ['value.comm.startsWith("ng")', "443"],
  ['value.comm.endsWith("x")', "443"],
  ['value.comm.contains(",")', "53"],
  ['value.comm.contains("é")', "80"],
  ['value.comm > "e"', "443"],
  ['value.comm + "!" == "nginx!"', "443"],
  ['value.comm in ["nginx", "dns,\\"x\\"", "a", "b"]', "443 53"],
  ["size(value.comm) == 5", "443"],
  ["value.comm.size() == 5", "443"],
  ['str(value.mac) == "\\u0002"', "443"],
  // Bytes and addresses.
  ["value.mac[0] == 2", "443"],
  ['hex(value.mac) == "020000000001"', "443"],
  ["value.mac == b'\\x02\\x00\\x00\\x00\\x00\\x01'", "443"],
  ['hex(value.zone) == "5"', "443"],
  ['inCidr(key.saddr, "10.0.0.0/8")', "443 53"],
  ['inCidr(key.saddr, "10.0.0.0/24")', "443"],
  ['inCidr(key.saddr, "0.0.0.0/0")', "443 53 80"],
  ['!inCidr(key.saddr, "10.0.0.0/8")', "80"],
  ['inCidr(htonl(key.saddr), "1.0.0.0/16")', "443"],
  ['key.saddr == ip("192.168.1.1")', "80"],
  ['key.saddr != ip("192.168.1.1")', "443 53"],
  ["ntohl(key.saddr) == 0x0a000001", "443"],
  ["ntohs(key.dport) == 47873", "443"],
  // Elements.
  ["value.slots[3] == 4", "53"],
  ["value.slots.exists(x, x > 3)", "53"],
  ["value.slots.all(x, x == 0u)", "443 80"],
  ["value.slots.exists_one(x, x == 2)", "53"],
  ["value.slots.exists(x, x == value.slots[0] && x > 0)", "53"],
  ["size(value.slots) == 4", "443 53 80"],
  ["value.comm.exists(c, c == 0x78)", "443 53 80"],
  ["3 in value.slots", "53"],
  ["!(3 in value.slots)", "443 80"],
  ["value.zone in value.slots", "80"],
  ["size(value.slots.filter(x, x > 1)) == 3", "53"],
  ["value.slots.filter(x, x > 1).size() == 0", "443 80"],
  ["value.slots.filter(x, x > 1).filter(y, y < 4).exists_one(z, z == 2)", "53"],
  ["value.slots.map(x, x * 2).exists(y, y == 8)", "53"],
  ["value.slots.map(x, x > 2, x * x).all(y, y == 9 || y == 16)", "443 53 80"],
  ["size(value.slots.map(x, x > 2, x * x)) == 2", "53"],
  ["8 in value.slots.map(x, x * 2)", "53"],
  ["value.slots.map(x, string(x)).exists(t, t == '4')", "53"],
  ["value.slots.map(x, x == 0).all(zero, zero)", "443 80"],
  ["value.slots.map(x, x).filter(x, x == 1).map(y, double(y)).exists(z, z == 1.0)", "53"],
  ["value.slots.exists(x, value.slots.map(y, y + 1).all(z, z > x))", "443 53 80"],
  ["value.slots.filter(x, x != 0).map(x, 12 / x).exists(y, y == 4)", "53"],
  // An element that can't be looked at matters only where no other one decides.
  ["value.seen && value.slots.exists(x, 1 / (x - 1) > 0)", "53"],
  ["[443, 80].exists(port, key.dport == port)", "443 80"],
  ['["ng", "dn"].exists(start, value.comm.startsWith(start))', "443 53"],
  ["[1, 2].all(x, entry.index < x)", "443"],
  ["[entry.index, 1].exists_one(x, x == 1)", "443 80"],
  ["[].exists(x, x)", ""],
  // CEL's other functions.
  ["has(value.packets) && has(value.slots)", "443 53 80"],
  ["int(value.packets) == uint(7)", "80"],
  ['string(value.packets) == "18446744073709551615"', "53"],
  ['string(value.seen) == "true"', "53"],
  ['string(value.comm) == "nginx"', "443"],
  ['value.comm.upperAscii() == "NGINX"', "443"],
  ['value.comm.lowerAscii().contains("é")', "80"],
  ['value.comm.matches("^ng")', "443"],
  ['value.comm.matches("^(nginx|dns,.*)$")', "443 53"],
  ['matches(value.comm, "[é]")', "80"],
  ['value.comm.matches("^.{5}$")', "443"],
  ['value.comm.matches("(?i)NGINX")', "443"],
  // JavaScript's own patterns would not end.
  [`"${"a".repeat(200)}b".matches("^(a+)+$")`, ""],
  // The rest.
  ["entry.index == 1", "53"],
  ["entry.index % 2 == 0", "443 80"],
  ["value.seen ? value.st == ST_SYN : value.packets < 100", "53 80"],
  ["(value.seen ? value.packets : 7) == 7", "443 80"],
  ["(value.seen ? 1 : 2) == 1", "53"],
  ['value["packets"] == 7', "80"],
])("%s", async (where, kept) => {
  expect(await ports(where)).toBe(kept);
});

test("bytes of a map without BTF", async () => {
  expect(await queryLines(BARE, { where: "key.bytes[0] == 1 && value.bytes[1] == 2" })).toEqual([
    '{"key":"01020304","value":"0102"}',
  ]);
  expect(await queryLines(BARE, { where: 'hex(key) == "01020304"', select: "value.bytes[0]" })).toEqual([
    '{"value.bytes[0]":1}',
  ]);
});

test("CPUs are looked at one by one", async () => {
  const lines = await queryLines(HITS, { where: "cpu == 1 && value.packets > 2" });
  expect(lines).toEqual([
    '{"key":1,"values":[{"cpu":1,"value":{"packets":18446744073709551615,"last_ns":9,"who":"a","st":"ST_ESTABLISHED"}}]}',
    '{"key":3,"values":[{"cpu":1,"value":{"packets":4,"last_ns":1,"who":"b","st":"ST_NEW"}}]}',
  ]);
});

test("what is aggregated is filtered behind the aggregation", async () => {
  const lines = await queryLines(HITS, {
    where: "value.packets > 18446744073709551615u",
    perCpu: "sum",
    select: "key",
  });
  expect(lines).toEqual(['{"key":1}']);
});

// The CPUs' values are a and a, a and b, nothing and b; their states 2 and 2, 0 and 1, 0 and 0.
test.each([
  // A field that isn't added up is what it is on all CPUs.
  ['value.who == "a"', "1"],
  ['value.who != "a"', "2 3"],
  ['"a" == value.who', "1"],
  ["value.st == ST_NEW", "3"],
  ["value.st != ST_NEW", "1 2"],
  ["value.st == value.st", "1 3"],
  // Or else the list of its values.
  ['"b" in value.who', "2 3"],
  ["ST_NEW in value.st", "2 3"],
  ['value.who.exists(x, x == "")', "3"],
  ['value.who.all(x, x.startsWith("a"))', "1"],
  ["value.st.all(x, x < ST_ESTABLISHED)", "2 3"],
  ["value.st.exists_one(x, x == ST_SYN)", "2"],
  ["size(value.who) == 2", "2 3"],
  ["value.st.size() == 1", "1 3"],
  ["size(value.st.filter(x, x != ST_NEW)) == 0", "3"],
  ['value.packets > 3 && "b" in value.who', "3"],
])("of values that CPUs differ in: %s", async (where, kept) => {
  const lines = await queryLines(HITS, { where, perCpu: "sum", select: "key" });
  expect(lines.map((line) => (JSON.parse(line) as { key: number }).key).join(" ")).toBe(kept);
});

test("a division by zero that decides ends the query", async () => {
  await expect(ports("value.packets / value.bytes == 0")).rejects.toThrow(
    "--where: division by zero in an entry (a condition before it helps, as in x != 0 && y / x > 1)\n" +
      "  value.packets / value.bytes == 0\n  ^^^^^^^^^^^^^^^^^^^^^^^^^^^",
  );
});

test("a division by zero in an element that decides ends the query", async () => {
  await expect(ports("value.slots.exists(x, 1 / x > 1)")).rejects.toThrow("--where: division by zero in an entry");
  await expect(ports("value.slots.filter(x, 1 / x > 1).size() == 0")).rejects.toThrow("--where: division by zero");
});

/** Wrong expressions: the message, and where it points to. */
const WRONG: readonly (readonly [string, string, string])[] = [
  ["value.packet > 1", "no field `packet` in `struct conn_val`; did you mean `packets`?", "      ^^^^^^"],
  ["key.sadr == 1", "no field `sadr` in `struct conn_key`; did you mean `saddr`?", "    ^^^^"],
  ["key.elephant == 1", "no field `elephant` in `struct conn_key` (it has `saddr`, `dport`, `proto`)", "    ^^^^^^^^"],
  ["packets > 3", "nothing is called `packets`; did you mean `value.packets`?", "^^^^^^^"],
  ["value.st == ST_NWE", "no `ST_NWE` in `enum state`; did you mean `ST_NEW`?", "            ^^^^^^"],
  [
    "value.seen == 1",
    "`==` does not compare true or false with an integer (it is true or false already)",
    "^^^^^^^^^^^^^^^",
  ],
  ["value.comm > 5", "`>` does not compare a string with an integer", "^^^^^^^^^^^^^^"],
  [
    'key.saddr == "10.0.0.1"',
    '`==` does not compare an integer (`unsigned int`) with a string (as an address: ip("10.0.0.1"))',
    "^^^^^^^^^^^^^^^^^^^^^^^",
  ],
  [
    'inCidr(key.saddr, "10.0.0.1/8")',
    "10.0.0.1 has bits behind its prefix: the network is 10.0.0.0/8",
    "                  ^^^^^^^^^^^^",
  ],
  ['inCidr(key.saddr, "::/0")', "the address has 4 bytes, those of the network 16", "^^^^^^^^^^^^^^^^^^^^^^^^^"],
  [
    'inCidr(key.dport, "10.0.0.0/8")',
    "an address has 4 or 16 bytes, and this is an integer (`unsigned short`)",
    "       ^^^^^^^^^",
  ],
  [
    "value.packets",
    "true or false is needed here, and this is an integer (`unsigned long long`): compare it with something, as in x != 0",
    "^^^^^^^^^^^^^",
  ],
  ["value.packets > ", "something is missing at the end", "                ^"],
  ["value.st = 2", "`=` is no operator (did you mean `==`?)", "         ^"],
  ["value.packets > 1 and value.seen", "`and` is written `&&`", "                  ^^^"],
  ["(value.seen", "`)` is missing before the end", "           ^"],
  ['value.comm == "abc', "the string does not end", "              ^^^^"],
  ["", "the expression is empty", "^"],
  ["cpu == 1", "`cpu` is known only of a per-CPU map, with --per-cpu each", "^^^"],
  ["value.slots[4] == 1", "`value.slots` has 4 elements: 0 to 3", "            ^"],
  ["value.packets[0] == 1", "`value.packets` is no array but `unsigned long long`", "              ^"],
  [
    "value.packets.low == 1",
    "`value.packets` is no struct but `unsigned long long`: it has no fields",
    "              ^^^",
  ],
  [
    "value.slots[value.zone] == 1",
    "an index must be a known number (to search: value.slots.exists(x, x > 0))",
    "            ^^^^^^^^^^",
  ],
  ['value.comm.matches("(a")', "not a pattern of RE2: missing closing ): `(a`", "                   ^^^^"],
  [
    'value.comm.matches("(?=a)")',
    "not a pattern of RE2: invalid or unsupported Perl syntax: `(?=`",
    "                   ^^^^^^^",
  ],
  [
    "value.comm.matches(value.comm)",
    "the pattern must be a string that is known beforehand",
    "                   ^^^^^^^^^^",
  ],
  ['value.st.matches("x")', '`matches` is for strings, as in value.comm.matches("^ng.*x$")', "^^^^^^^^^^^^^^^^^^^^^"],
  [
    'value.comm.trim() == ""',
    "the method `trim` is not supported (there are `size`, `startsWith`, ",
    "^^^^^^^^^^^^^^^^^",
  ],
  ["sizeof(value.comm) > 1", "there is no function `sizeof`; did you mean `size`?", "^^^^^^^^^^^^^^^^^^"],
  ["has(value.sst)", "no field `sst` in `struct conn_val`; did you mean `st`?", "          ^^^"],
  ["has(value)", "has() takes a field, as in has(value.packets)", "^^^^^^^^^^"],
  ["has(value.slots[0])", "has() takes a field, as in has(value.packets)", "^^^^^^^^^^^^^^^^^^^"],
  ["int(value.load) == 1", "int() and uint() are for integers, and this is a floating-point number", "^^^^^^^^^^^^^^^"],
  ["type(value.st) == int", "`type()` is not supported: the types of all fields are known", "^^^^^^^^^^^^^^"],
  ["value.packets / 0 == 1", "division by zero", "^^^^^^^^^^^^^^^^^"],
  [
    "value.packets + 1.5 > 2.0",
    "`+` does not go with an integer (`unsigned long long`) and a floating-point number (double(x) turns an integer into a floating-point number)",
    "^^^^^^^^^^^^^^^^^^^",
  ],
  ["value == 1", "`==` does not compare `struct conn_val` with an integer", "^^^^^^^^^^"],
  [
    'value.mac == "x"',
    "`==` does not compare `unsigned char[6]` with a string (str(x) reads bytes as text, hex(x) as digits)",
    "^^^^^^^^^^^^^^^^",
  ],
  ["value.mac == b'x'", "`==` does not compare `unsigned char[6]` with bytes (of 1 and 6 bytes)", "^^^^^^^^^^^^^^^^^"],
  [
    "value.st == null",
    "`==` does not compare an integer (`enum state`) with null (nothing is null here)",
    "^^^^^^^^^^^^^^^^",
  ],
  ["value.st in 5", "`in` needs a list such as [1, 2], and this is an integer", "^^^^^^^^^^^^^"],
  ["{1: true} == 1", "a map in braces is not supported", "^^^^^^^^^"],
  ["entry.key == 1", "`entry` has one field: entry.index", "^^^^^^^^^"],
  [
    "value.seen ? 1 : true",
    "both sides of ?: must be of one type, and these are an integer and true or false",
    "^^^^^^^^^^^^^^^^^^^^^",
  ],
  ["value.slots.map(x, x) == 1", "`==` does not compare a list with an integer", "^^^^^^^^^^^^^^^^^^^^^^^^^^"],
  [
    "value.slots.map(x, [x]) == 1",
    "`map` makes numbers, strings, true or false, and this is a list",
    "                   ^^^",
  ],
  [
    "value.slots.filter(x, x)",
    "true or false is needed here, and this is an integer (`unsigned int`): compare it",
    "                      ^",
  ],
  [
    "value.slots.filter(x > 1)",
    "`filter` takes a name and a condition: value.slots.filter(x, x > 0)",
    "^^^^^^^^^^^^^^^^^^^^^^^^^",
  ],
  [
    "value.slots.map(x) == 1",
    "`map` takes a name and something to make of it: value.slots.map(x, x * 2)",
    "^^^^^^^^^^^^^^^^^^",
  ],
  [
    "value.slots.filter(x, true)[0] == 1",
    "a list has no elements that an index names (exists, all, exists_one and size() look into it)",
    "^^^^^^^^^^^^^^^^^^^^^^^^^^^",
  ],
  ["[1].filter(x, x > 0).size() == 1", "`filter` is for arrays, and this is a list", "^^^^^^^^^^^^^^^^^^^^"],
  [
    "value.st.exists(x, x > 0)",
    "`exists` is for arrays, and this is an integer (`enum state`)",
    "^^^^^^^^^^^^^^^^^^^^^^^^^",
  ],
  [
    '"x" in value.comm',
    '`in` needs a list such as [1, 2], and this is a string (to search a text: value.comm.contains("x"))',
    "^^^^^^^^^^^^^^^^^",
  ],
  ['"x" in value.slots', "`==` does not compare a string with an integer (`unsigned int`)", "^^^^^^^^^^^^^^^^^^"],
  ['"é" == value.comm && value.x', "no field `x` in `struct conn_val`", "                           ^"],
  ["value.seen &&\n value.x", "no field `x` in `struct conn_val`", "       ^"],
];

describe("wrong expressions are refused before anything is read", () => {
  test.each(WRONG)("%s", async (where, message, caret) => {
    const said = await refusalOf(CONNS, { where });
    const [first, line, marks] = said.split("\n");
    expect(first?.startsWith(`--where: ${message}`)).toBe(true);
    expect(where.split("\n").map((one) => `  ${one}`)).toContain(line);
    if (caret !== "") expect(marks).toBe(`  ${caret}`);
  });

  test("fields of a map without BTF", async () => {
    expect(await refusalOf(BARE, { where: "key.saddr == 1" })).toBe(
      "--where: no fields are known of key: the map has no BTF (key.bytes[0] works)\n  key.saddr == 1\n      ^^^^^",
    );
  });

  test.each([
    [
      'value.who > "a"',
      "`>` does not compare `char[12]`, which may differ between CPUs with a string " +
        "(of any of them: value.who.exists(x, …), of each: value.who.all(x, …))",
      "^^^^^^^^^^^^^^^",
    ],
    [
      'value.who.startsWith("a")',
      '`startsWith` is for strings, as in value.comm.startsWith("ng"), and this is `char[12]`, which may differ ' +
        "between CPUs (of any of them: value.who.exists(x, …), of each: value.who.all(x, …))",
      "^^^^^^^^^^^^^^^^^^^^^^^^^",
    ],
    [
      "value.st",
      "true or false is needed here, and this is `enum state`, which may differ between CPUs " +
        "(of any of them: value.st.exists(x, …), of each: value.st.all(x, …))",
      "^^^^^^^^",
    ],
    ["value.who == 1", "`==` does not compare a string with an integer", "^^^^^^^^^^^^^^"],
    ["value.who[0] == 1", "`value.who` is no array but `char[12]`", "          ^"],
  ])("what CPUs may differ in: %s", async (where, message, caret) => {
    expect(await refusalOf(HITS, { where, perCpu: "sum" })).toBe(`--where: ${message}\n  ${where}\n  ${caret}`);
  });

  test("an expression that nests too deep, or is too long", async () => {
    expect(await refusalOf(CONNS, { where: `${"(".repeat(5000)}true${")".repeat(5000)}` })).toContain("--where:");
    expect(await refusalOf(CONNS, { where: `${"!".repeat(100_000)}true` })).toContain("--where:");
    const list = `[${Array.from({ length: 200 }, (_, i) => i)}]`;
    const nested = `${list}.exists(a, ${list}.exists(b, ${list}.exists(c, a + b + c == value.zone)))`;
    expect(await refusalOf(CONNS, { where: nested })).toContain(
      "--where: the expression nests too deep, or is too large",
    );
  });
});
