import { expect, test } from "vitest";
import { rightsOf } from "../../../src/doctor/capabilities.ts";

const HOST_MAP = "         0          0 4294967295\n";

const STATUSES: readonly [name: string, capEff: string, capabilities: readonly string[]][] = [
  ["root", "000001ffffffffff", ["CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_PERFMON", "CAP_BPF"]],
  ["root without CAP_SYS_ADMIN", "000001ffffdfffff", ["CAP_NET_ADMIN", "CAP_PERFMON", "CAP_BPF"]],
  ["CAP_BPF and CAP_PERFMON", "000000c000000000", ["CAP_PERFMON", "CAP_BPF"]],
  ["nobody", "0000000000000000", []],
];

test.each(STATUSES)("the rights of %s", (_, capEff, capabilities) => {
  const status = `Name:\tnode\nUid:\t7\t8\t7\t7\nCapEff:\t${capEff}\n`;
  expect(rightsOf(status, HOST_MAP)).toEqual({ uid: 8, capabilities, userNamespace: false });
  expect(rightsOf(status, "0 65534 1\n").userNamespace).toBe(true);
});

test("a status that can't be told gives no rights", () => {
  expect(rightsOf("", HOST_MAP)).toEqual({ uid: -1, capabilities: [], userNamespace: false });
});
