import { expect, test } from "vitest";
import { isOwnHost } from "../../../../src/server/http/host-check.ts";

test.each([
  [undefined, true],
  ["localhost:9427", true],
  ["LOCALHOST", true],
  ["a.localhost", true],
  ["127.0.0.1", true],
  ["192.0.2.7:9427", true],
  ["[fe80::1]:9427", true],
  ["node-1", true],
  ["node-1.:9427", true],
  ["x.monitoring.svc", true],
  ["monitoring.svc", false],
  ["evil.example", false],
  ["127.0.0.1.evil.example", false],
  ["localhost.evil.example", false],
  ["evil.example#localhost", false],
  ["localhost:9427:1", false],
  ["", false],
  ["[::1", false],
])("%s: %s", (header, expected) => {
  expect(isOwnHost(header, ["node-1", "*.monitoring.svc"])).toBe(expected);
});
