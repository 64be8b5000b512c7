import { expect, test } from "vitest";
import { parseFdinfo } from "../../../src/sys/linux.ts";

const TEXT = "pos:\t0\nmap_type:\t11\nmemlock:\t920\nfrozen:\t0\n";

test.each<[text: string, key: string, value: string | undefined]>([
  [TEXT, "pos", "0"],
  [TEXT, "memlock", "920"],
  [TEXT, "frozen", "0"],
  [TEXT, "lock", undefined],
  [TEXT, "owner_jited", undefined],
  ["memlock:\t920", "memlock", "920"],
  ["memlock:\n", "memlock", ""],
  ["", "memlock", undefined],
])("%j: %s is %j", (text, key, value) => {
  expect(parseFdinfo(text).get(key)).toBe(value);
});
