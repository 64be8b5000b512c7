import { expect, test } from "vitest";
import { addressBytes, addressText, networkOf } from "../../../../src/codec/keys/addresses.ts";

test.each<[string, string, string?]>([
  ["0.0.0.0", "00000000"],
  ["255.254.1.0", "fffe0100"],
  ["::", "0".repeat(32)],
  ["::1", `${"0".repeat(31)}1`],
  ["fe80::", `fe80${"0".repeat(28)}`],
  ["2001:db8::ff00:42:8329", "20010db8000000000000ff0000428329"],
  ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
  ["1:0:0:4:5:0:0:8", "00010000000000040005000000000008", "1::4:5:0:0:8"],
  ["1:0:3:4:5:6:7:8", "00010000000300040005000600070008"],
  ["::ffff:10.0.0.1", "00000000000000000000ffff0a000001"],
  ["64:ff9b::1.2.3.4", "0064ff9b000000000000000001020304", "64:ff9b::102:304"],
])("%s", (text, hex, canonical = text) => {
  const bytes = addressBytes(text);
  expect(Buffer.from(bytes ?? []).toString("hex")).toBe(hex);
  expect(addressText(bytes ?? new Uint8Array(0))).toBe(canonical);
});

test.each(["", "1.2.3", "256.1.1.1", "1.2.3.4.5", "01.2.3.4", ":::", "1::2::3", "fe80::1%eth0", "g::", "10.0.0.0/8"])(
  "%j is no address",
  (text) => {
    expect(addressBytes(text)).toBeUndefined();
  },
);

test.each<[string, string]>([
  ["10.0.0.1", "not a network (such as 10.0.0.0/8)"],
  ["10.0.0.0/33", "the prefix is a number from 0 to 32"],
  ["10.0.0.0/-1", "the prefix is a number from 0 to 32"],
  ["::/129", "the prefix is a number from 0 to 128"],
  ["10.1.2.3/12", "10.1.2.3 has bits behind its prefix: the network is 10.0.0.0/12"],
])("%s is no network", (text, problem) => {
  expect(networkOf(text)).toBe(problem);
});

test("a network", () => {
  expect(networkOf("172.16.0.0/12")).toEqual({ bytes: Uint8Array.of(172, 16, 0, 0), prefix: 12 });
  expect(networkOf("::/0")).toEqual({ bytes: new Uint8Array(16), prefix: 0 });
});
