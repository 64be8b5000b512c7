import { describe, expect, test } from "vitest";
import { emptyHints } from "../../../../src/query/cel/empty-hints.ts";
import { emptyNote } from "../../../../src/query/query.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import type { Asked } from "../run-query.ts";
import { batchOf, inputOfLayouts, keptValues, layoutOf, queryOf, sourceOf } from "../typed-rows.ts";

/** A type whose values are shown by a renderer. */
function rendered(type: string, rendering: string): Layout {
  return { ...layoutOf(type), rendering };
}

/** A type of the kernel by its name. */
function named(type: string, typeName: string): Layout {
  return { ...layoutOf(type), typeName };
}

function hintsOf(where: string, value: Layout): string[] {
  return emptyHints(queryOf(inputOfLayouts(undefined, value), { where }).comparisons);
}

const NETWORK = "is in network byte order; did you mean";

describe("a field that is compared as it is shown", () => {
  test.each<[string, Layout, string]>([
    ["value == 53", rendered("u16", "port"), `\`value\` ${NETWORK} \`value == htons(53)\`?`],
    ["53 == value", rendered("u16", "port"), `\`value\` ${NETWORK} \`value == htons(53)\`?`],
    ["value == 50 + 3", rendered("u16", "port"), `\`value\` ${NETWORK} \`value == htons(50 + 3)\`?`],
    ["value in [53, 80]", rendered("u16", "port"), `\`value\` ${NETWORK} \`value in [htons(53), htons(80)]\`?`],
    ["value > 1024", rendered("u16", "port"), `\`value\` ${NETWORK} \`ntohs(value) > 1024\`?`],
    ["1024 >= value", rendered("u16", "port"), `\`value\` ${NETWORK} \`ntohs(value) <= 1024\`?`],
    ["value == 443", named("u16", "__be16"), `\`value\` ${NETWORK} \`value == htons(443)\`?`],
    ["value == 1", named("u32", "__be32"), `\`value\` ${NETWORK} \`value == htonl(1)\`?`],
    ["value == 1", named("u64", "__be64"), `\`value\` ${NETWORK} \`value == htonll(1)\`?`],
    ["value >= 1", named("u64", "__be64"), `\`value\` ${NETWORK} \`ntohll(value) >= 1\`?`],
    ["value == 0x0a000001", rendered("u32", "ipv4"), `\`value\` ${NETWORK} \`value == ip("10.0.0.1")\`?`],
    [
      "value in [1, 4294967295]",
      rendered("u32", "ipv4"),
      `\`value\` ${NETWORK} \`value in [ip("0.0.0.1"), ip("255.255.255.255")]\`?`,
    ],
    ["value < 5", rendered("u32", "ipv4"), `\`value\` ${NETWORK} \`ntohl(value) < 5\`?`],
    ["value > 60", rendered("u64", "duration"), '`value` is in nanoseconds; did you mean `value > duration("60s")`?'],
    ["value > 1.5", rendered("u64", "duration"), '`value` is in nanoseconds; did you mean `value > duration("1.5s")`?'],
    [
      "value > 60",
      rendered("u64", "age"),
      '`value` is a time since boot in nanoseconds, of which the age is shown; did you mean `now() - value > duration("60s")`?',
    ],
    [
      "value > 1738324800",
      rendered("u64", "ktime"),
      '`value` is in nanoseconds since boot; did you mean `value > timestamp("2025-01-31T12:00:00.000Z")`?',
    ],
    [
      "value > 1738324800000000000",
      rendered("u64", "ktime"),
      '`value` is in nanoseconds since boot; did you mean `value > timestamp("2025-01-31T12:00:00.000Z")`?',
    ],
    [
      "value > 60",
      rendered("u64", "ktime"),
      '`value` is in nanoseconds since boot; did you mean `value > now() - duration("60s")`?',
    ],
    ["value > 10", rendered("u64", "bytes"), "`value` is in bytes; did you mean `value > 10 * 1024 * 1024`?"],
    [
      "value > -1.5",
      rendered("s64", "duration"),
      '`value` is in nanoseconds; did you mean `value > duration("-1.5s")`?',
    ],
    [
      "value in [1, 2]",
      rendered("u64", "duration"),
      '`value` is in nanoseconds; did you mean `value in [duration("1s"), duration("2s")]`?',
    ],
    ["value > 5 + 5", rendered("u64", "bytes"), "`value` is in bytes; did you mean `value > (5 + 5) * 1024 * 1024`?"],
    ["value == 10", rendered("u32", "hex"), "`value` is shown in hexadecimal; did you mean `value == 0x10`?"],
    ["value == 5", rendered("u8", "char"), "`value` is shown as a character; did you mean `value == 53`?"],
  ])("%s", (where, layout, hint) => {
    expect(hintsOf(where, layout)).toEqual([hint]);
    // What it says is an expression.
    const [, meant = ""] = /did you mean `(.*)`\?$/.exec(hint) ?? [];
    const clock = { monotonicNs: () => 1n, bootNs: () => 1n, realtimeNs: () => 1n };
    expect(() => queryOf({ ...inputOfLayouts(undefined, layout), clock }, { where: meant })).not.toThrow();
  });

  test("an element of an array", () => {
    const ports: Layout = {
      ...layoutOf("u16[2]"),
      kind: "array",
      element: rendered("u16", "port"),
      length: 2,
      charsDirect: false,
    };
    expect(hintsOf("53 in value", ports)).toEqual([`\`value\` ${NETWORK} \`htons(53) in value\`?`]);
    expect(hintsOf("value.exists(p, p == 53)", ports)).toEqual([`\`p\` ${NETWORK} \`p == htons(53)\`?`]);
    expect(hintsOf("value[1] == 53", ports)).toEqual([`\`value[1]\` ${NETWORK} \`value[1] == htons(53)\`?`]);
  });

  test.each<[string, Layout]>([
    ["value == htons(53)", rendered("u16", "port")],
    ["value in [htons(53), 80]", rendered("u16", "port")],
    ["ntohs(value) == 53", rendered("u16", "port")],
    ['value == ip("10.0.0.1")', rendered("u32", "ipv4")],
    ['value > duration("60s")', rendered("u64", "duration")],
    ['value > 2 * duration("60s")', rendered("u64", "duration")],
    ["value == 0x10", rendered("u32", "hex")],
    ["value == 65", rendered("u8", "char")],
    // Large numbers are likely what is stored.
    ["value > 60000000000", rendered("u64", "duration")],
    ["value > 60000000000", rendered("u64", "age")],
    ["value > 123456789", rendered("u64", "ktime")],
    ["value > 1e-9", rendered("u64", "duration")],
    ["value in [1, 10485760]", rendered("u64", "bytes")],
    ["value == 2", rendered("u32", "ifindex")],
    ["value == 2", rendered("u32", "uid")],
    ["value == 53", layoutOf("u16")],
    ["value == 53", named("u16", "__be16_t")],
    ["value == 53", rendered("u16", "nothing")],
    ["value == 53", rendered("u16", "constructor")],
  ])("nothing is wrong with %s", (where, layout) => {
    expect(hintsOf(where, layout)).toEqual([]);
  });
});

describe("a number that a field can't hold", () => {
  test.each<[string, string, string[]]>([
    ["value == 256", "u8", ["`value` holds 8 bits: 0 to 255"]],
    ["value == -1", "u32", ["`value` holds 32 bits: 0 to 4294967295"]],
    ["value == 4294967295", "s32", ["`value` holds 32 bits: -2147483648 to 2147483647"]],
    ["value > 255", "u8", ["`value` holds 8 bits: 0 to 255"]],
    ["value >= 256", "u8", ["`value` holds 8 bits: 0 to 255"]],
    ["value < 0", "u8", ["`value` holds 8 bits: 0 to 255"]],
    ["value <= -1", "u8", ["`value` holds 8 bits: 0 to 255"]],
    ["value == 18446744073709551616", "u64", ["`value` holds 64 bits: 0 to 18446744073709551615"]],
    ["value in [300, 400]", "u8", ["`value` holds 8 bits: 0 to 255"]],
    ["value.a == 8", "struct { u8 a : 3; u8 b : 5; }", ["`value.a` holds 3 bits: 0 to 7"]],
    ["300 in value", "u8[4]", ["an element of `value` holds 8 bits: 0 to 255"]],
    ["value == 255", "u8", []],
    ["value > 254", "u8", []],
    ["value >= 255", "u8", []],
    ["value <= 0", "u8", []],
    ["value < 1", "u8", []],
    ["value in [300, 4]", "u8", []],
    ["value != 256", "u8", []],
    ["value == 9", "enum e { A, B }", []],
    ["value == 1e300", "double", []],
  ])("%s of %s", (where, type, hints) => {
    expect(hintsOf(where, layoutOf(type))).toEqual(hints);
  });

  test("a port that no port is", () => {
    expect(hintsOf("value == 70000", rendered("u16", "port"))).toEqual(["`value` holds 16 bits: 0 to 65535"]);
  });
});

describe("the note of a query that has run", () => {
  const port = { ...layoutOf("struct { u16 port; u32 n; }") } as Layout & { kind: "struct" };
  const shown: Layout = {
    ...port,
    fields: port.fields.map((field) =>
      field.name === "port" ? { ...field, layout: { ...field.layout, rendering: "port" } } : field,
    ),
  };
  async function noteOf(asked: Asked, entries: number): Promise<string | undefined> {
    const input = inputOfLayouts(undefined, shown);
    const query = queryOf(input, asked);
    const batch = batchOf(
      inputOfLayouts(undefined, port),
      Array.from({ length: entries }, () => [null, { port: 13568, n: 1 }] as const),
    );
    for await (const run of query.run(sourceOf(batch))) expect(run.count).toBeGreaterThanOrEqual(0);
    return emptyNote(query);
  }

  const HINT = `\`value.port\` ${NETWORK} \`value.port == htons(53)\`?`;
  test.each<[string, Asked, number, string | undefined]>([
    ["nothing was kept", { where: "value.port == 53" }, 3, `Note: --where kept none of 3 entries: ${HINT}`],
    ["one entry", { where: "value.port == 53" }, 1, `Note: --where kept none of 1 entry: ${HINT}`],
    ["ordered", { where: "value.port == 53", sort: "value.n" }, 3, `Note: --where kept none of 3 entries: ${HINT}`],
    ["grouped", { where: "value.port == 53", groupBy: "value.n" }, 3, `Note: --where kept none of 3 entries: ${HINT}`],
    ["the map is empty", { where: "value.port == 53" }, 0, undefined],
    ["something was kept", { where: "value.port == htons(53) || value.port == 53" }, 3, undefined],
    [
      "something was kept, and cut off",
      { where: "value.port == htons(53) || value.port == 53", sort: "value.n", top: 0 },
      3,
      undefined,
    ],
    ["nothing was read", { where: "value.port == 53", limit: 0 }, 3, undefined],
    ["nothing was kept, without a mistake", { where: "value.n == 2" }, 3, undefined],
    ["no condition", {}, 3, undefined],
    [
      "two mistakes, one of them twice",
      { where: "value.port == 53 || value.port == 53 || value.n == -1" },
      2,
      `Note: --where kept none of 2 entries: ${HINT} \`value.n\` holds 32 bits: 0 to 4294967295`,
    ],
  ])("%s", async (_, asked, entries, note) => {
    expect(await noteOf(asked, entries)).toBe(note);
  });

  test("the comparison that it names finds the entries", async () => {
    const found = await keptValues("value.port == htons(53)", "struct { u16 port; }", [{ port: 13568 }, { port: 53 }]);
    expect(found).toEqual([{ port: 13568 }]);
  });
});
