import { describe, expect, test } from "vitest";
import { acceptsGzip, negotiate } from "../../../../src/server/text/negotiate.ts";

const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";

describe("formats", () => {
  test.each([
    [undefined, TEXT],
    ["", TEXT],
    ["*/*", TEXT],
    ["text/html", TEXT],
    ["application/openmetrics-text", OPEN],
    ["application/openmetrics-text; version=0.0.1", OPEN.replace("1.0.0", "0.0.1")],
    ["application/openmetrics-text; version=2.0.0", TEXT],
    ["application/openmetrics-text;version=1.0.0;q=0.1,text/plain;q=0.2", TEXT],
    ["application/openmetrics-text;q=0, */*", TEXT],
    // What Prometheus 2.53 sends.
    [
      "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      OPEN,
    ],
    // Escaping of names, which it sends since 3.0.
    ['application/openmetrics-text;version="1.0.0";escaping=allow-utf-8;q=0.6,text/plain;q=0.4', OPEN],
    [";;;q=,,", TEXT],
  ])("%s", (accept, expected) => {
    expect(negotiate(accept).contentType).toBe(expected);
  });
});

describe("gzip", () => {
  test.each([
    [undefined, false],
    ["gzip", true],
    ["deflate, gzip;q=0.5", true],
    ["gzip;q=0", false],
    ["identity", false],
    ["*", true],
    ["gzip;q=0, *", false],
  ])("%s", (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected);
  });
});
