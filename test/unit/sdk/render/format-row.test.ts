import { describe, expect, test } from "vitest";
import { formatRow } from "../../../../src/sdk/render/format-row.ts";

const ROW = { key: { saddr: 0x0100_000a, port: 443 }, value: { bytes: 2n ** 63n, comm: 'a "b"', none: undefined } };

describe("a row as one line", () => {
  test.each([
    ["json", `{"key":{"saddr":16777226,"port":443},"value":{"bytes":9223372036854775808,"comm":"a \\"b\\""}}`],
    ["text", `key.saddr=16777226 key.port=443 value.bytes=9223372036854775808 value.comm="a \\"b\\""`],
    ["csv", `16777226,443,9223372036854775808,"a ""b"""`],
  ] as const)("as %s", (format, expected) => {
    expect(formatRow(ROW, { format })).toBe(expected);
  });

  test("JSON unless it is said", () => {
    expect(formatRow({ a: 1 })).toBe('{"a":1}');
  });

  test("with renderers by path", () => {
    expect(formatRow(ROW, { format: "text", render: { "key.saddr": "ipv4" } })).toMatch(
      /^key\.saddr=10\.0\.0\.1 key\.port=443 /,
    );
  });

  test("nothing in it steers a terminal, or breaks a line", () => {
    const line = formatRow({ "a\x1b": "x\x1b[31m", b: "1\n2" }, { format: "text" });
    expect(line).not.toContain("\x1b");
    expect(line).not.toContain("\n");
  });
});

test.each<readonly [Parameters<typeof formatRow>[1], string]>([
  [{ format: "xml" as never }, 'format a row: format: expected "json", "text" or "csv", got "xml"'],
  [{ render: { a: "nothing" as never } }, "format a row: there is no renderer `nothing` ("],
  [{ render: { a: "toString" as never } }, "format a row: there is no renderer `toString` ("],
])("%o is USAGE", (options, message) => {
  expect(() => formatRow({ a: 1 }, options)).toThrow(message);
});
