import { describe, expect, test } from "vitest";
import { formatRow, render } from "../../../../src/index.ts";
import { RENDERERS } from "../../../../src/output/render/render.ts";

test("has every renderer that needs nothing but a value", () => {
  expect(Object.keys(render).sort()).toEqual(
    Object.keys(RENDERERS)
      .filter((name) => name !== "flags")
      .sort(),
  );
});

test.each([
  [render.ipv4([10, 0, 0, 1]), "10.0.0.1"],
  [render.ipv4(0x0100000a), "10.0.0.1"],
  [render.ipv6(new Uint8Array(16)), "::"],
  [render.mac([2, 0, 0, 0, 0, 0xfe]), "02:00:00:00:00:fe"],
  [render.port(0xbb01), "443"],
  [render.errno(-13), "-EACCES"],
  [render.ipproto(6), "tcp"],
  [render.signal(9n), "SIGKILL"],
  [render.duration(1_500_000_000n), "1.5s"],
  [render.hex([1, 255]), "01ff"],
  [render.char([97, 98, 0, 99]), "ab"],
  [render.uid(0), "root"],
])("renders %s", (text, expected) => {
  expect(text).toBe(expected);
});

test.each([
  () => render.ipv4(2 ** 33),
  () => render.ipv4([1, 2, 3]),
  () => render.ktime(1.5),
  () => render.errno(new Uint8Array(4)),
  () => render.mac("x" as unknown as number),
])("refuses what it can't show: %s", (action) => {
  expect(action).toThrow(expect.objectContaining({ code: "VALUE_RANGE" }));
});

describe("formatRow", () => {
  const row = {
    key: { saddr: [10, 0, 0, 7], port: 443 },
    value: { bytes: 2n ** 60n, comm: "a b\u001b[31m", raw: new Uint8Array([1]) },
  };
  const renderers = { "key.saddr": "ipv4", "value.bytes": "bytes" } as const;

  test("as JSON, text and CSV", () => {
    expect(formatRow(row)).toBe(
      '{"key":{"saddr":[10,0,0,7],"port":443},"value":{"bytes":1152921504606846976,"comm":"a b\\u001b[31m","raw":"01"}}',
    );
    expect(formatRow(row, { format: "csv", render: renderers })).toBe("10.0.0.7,443,1 EiB,a b\u001b[31m,01");
    const text = formatRow(row, { format: "text", render: renderers });
    expect(text).toBe('key.saddr=10.0.0.7 key.port=443 value.bytes="1 EiB" value.comm="a b\\u001b[31m" value.raw=01');
    expect(formatRow({ "value.comm": 'x,"y"', "count()": 3 }, { format: "csv" })).toBe('"x,""y""",3');
  });

  test("a renderer that isn't there, or doesn't fit", () => {
    // @ts-expect-error: no such renderer
    expect(() => formatRow(row, { render: { key: "ipv5" } })).toThrow("there is no renderer `ipv5`");
    expect(() => formatRow(row, { render: { "key.port": "ipv6" } })).toThrow(
      expect.objectContaining({ code: "VALUE_RANGE" }),
    );
  });
});
