import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkValue, invalidError } from "../../../../src/sdk/reader/validate.ts";

describe("checkValue", () => {
  test("gives the schema's own output", () => {
    expect(checkValue(z.string().transform(Number), "value", "7")).toEqual({ ok: true, value: 7 });
  });

  test("gives the path of each issue, as an expression writes it", () => {
    const schema = z.object({ slots: z.array(z.object({ count: z.number() })), name: z.string() });
    const checked = checkValue(schema, "value", { slots: [{ count: 1 }, { count: "x" }], name: 1 });
    expect(checked).toMatchObject({ ok: false, issues: [{ path: "value.slots[1].count" }, { path: "value.name" }] });
  });

  test("takes path segments in both forms that Standard Schema has", () => {
    const issues = [{ message: "no", path: [{ key: "a" }, 1, { key: Symbol("s") }] }];
    const schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) } } as const;
    expect(checkValue(schema, "key", 0)).toEqual({
      ok: false,
      issues: [{ path: "key.a[1].Symbol(s)", message: "no" }],
    });
  });

  test("refuses a schema that answers later, whose failure is not left unhandled", async () => {
    const validate = async (): Promise<never> => Promise.reject(new Error("late"));
    const schema = { "~standard": { version: 1, vendor: "test", validate } } as const;
    expect(() => checkValue(schema, "key", 0)).toThrow(expect.objectContaining({ code: "USAGE" }));
    await new Promise((resolve) => setImmediate(resolve));
  });
});

test("invalidError has the key as JSON, the refused bytes as hex, and all issues", () => {
  const issues = [
    { path: "value.state", message: "expected 1" },
    { path: "value.name", message: "too long" },
  ];
  const key = { addr: 2n ** 64n - 1n, mac: Uint8Array.of(1, 255) };
  const error = invalidError({ map: "map id 7 (conns)", side: "value", key, issues, bytes: Uint8Array.of(0xab, 0) });
  expect(error.message).toBe("check an entry of map id 7 (conns): value.state: expected 1 (and 1 more)");
  expect(error.details).toEqual({
    map: "map id 7 (conns)",
    side: "value",
    key: '{"addr":"18446744073709551615","mac":[1,255]}',
    path: "value.state",
    issues: ["value.state: expected 1", "value.name: too long"],
    bytes: "ab00",
  });
});
