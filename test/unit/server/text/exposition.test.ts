import { expect, test } from "vitest";
import { exposition } from "../../../../src/server/text/exposition.ts";
import type { Family, MetricSample } from "../../../../src/server/text/family.ts";
import { labelText } from "../../../../src/server/text/labels.ts";

const FAMILIES: readonly Family[] = [
  {
    name: "net_bytes_total",
    kind: "counter",
    help: 'Bytes "in"\nand out\\.',
    samples: [
      { suffix: "", labels: labelText({ proto: 'a"\\\n' }), value: 18_446_744_073_709_551_615n },
      { suffix: "", labels: "", value: 0.5 },
    ],
  },
  { name: "load", kind: "gauge", help: "Load.", samples: [Number.NaN, 1 / 0, -1 / 0, -0, 1e21].map(sample) },
  { name: "build_info", kind: "info", help: "Build.", samples: [{ suffix: "", labels: 'v="1"', value: 1 }] },
];

function sample(value: number): MetricSample {
  return { suffix: "", labels: "", value };
}

test("the text format", () => {
  expect(exposition(FAMILIES, "text").toString()).toBe(
    [
      '# HELP net_bytes_total Bytes "in"\\nand out\\\\.',
      "# TYPE net_bytes_total counter",
      'net_bytes_total{proto="a\\"\\\\\\n"} 18446744073709551615',
      "net_bytes_total 0.5",
      "# HELP load Load.",
      "# TYPE load gauge",
      "load NaN",
      "load +Inf",
      "load -Inf",
      "load 0",
      "load 1e+21",
      "# HELP build_info Build.",
      "# TYPE build_info gauge",
      'build_info{v="1"} 1',
      "",
    ].join("\n"),
  );
});

test("OpenMetrics: families without what their kind adds, units, an end", () => {
  expect(exposition(FAMILIES, "openmetrics").toString()).toBe(
    [
      "# TYPE net_bytes counter",
      "# UNIT net_bytes bytes",
      '# HELP net_bytes Bytes \\"in\\"\\nand out\\\\.',
      'net_bytes_total{proto="a\\"\\\\\\n"} 18446744073709551615',
      "net_bytes_total 0.5",
      "# TYPE load gauge",
      "# HELP load Load.",
      "load NaN",
      "load +Inf",
      "load -Inf",
      "load 0",
      "load 1e+21",
      "# TYPE build info",
      "# HELP build Build.",
      'build_info{v="1"} 1',
      "# EOF",
      "",
    ].join("\n"),
  );
});

test("labels are valid UTF-8 without control characters, whatever the bytes are", () => {
  expect(labelText({ a: "\0\u0007é\ud800", b: "\x7f" })).toBe('a="\\\\x00\\\\x07é\ufffd",b="\\\\x7f"');
});
