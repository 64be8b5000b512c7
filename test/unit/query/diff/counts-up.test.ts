import { expect, test } from "vitest";
import { countsUp } from "../../../../src/query/diff/counts-up.ts";

test.each([
  ["packets", true],
  ["value", true],
  ["stats.rx_bytes", true],
  ["bytes[3]", true],
  ["last_minute_packets", true],
  ["total_time_ns", true],
  ["run_cnt", true],
  ["last_seen_ns", false],
  ["ts", false],
  ["expires_at", false],
  ["pid", false],
  ["peer.ifindex", false],
  ["flags", false],
  ["ids[2]", true],
  ["tcp_flags[2]", false],
])("%s: %s", (path, expected) => {
  expect(countsUp(path)).toBe(expected);
});
