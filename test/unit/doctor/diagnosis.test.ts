import { expect, test } from "vitest";
import { diagnose } from "../../../src/doctor/diagnosis.ts";
import type { Environment } from "../../../src/doctor/environment.ts";
import { reportText } from "../../../src/doctor/report-text.ts";
import { EPERM } from "../../../src/sys/errno.ts";

const FIT: Environment = {
  kernel: { release: "6.18.0", arch: "x64", possibleCpus: 2 },
  kernelBtf: 5_000_000,
  bpffs: [{ path: "/sys/fs/bpf", mode: "1777", readableMaps: 0 }],
  rights: { uid: 0, capabilities: ["CAP_SYS_ADMIN"], userNamespace: false },
  sysctls: { "kernel.unprivileged_bpf_disabled": "2" },
  maps: { errno: 0, maps: 3, batch: { hash: true, ringbuf: false } },
  unavailable: undefined,
  bpftool: { path: "/usr/sbin/bpftool", version: "7.1.0", compat: "7.1", known: true },
  node: "20.20.2",
};
const REFUSED = { errno: EPERM, maps: 0, batch: {} };
const NOBODY = { uid: 65534, capabilities: [], userNamespace: false };

const CASES: readonly [name: string, change: Partial<Environment>, kind: string | undefined, says: RegExp][] = [
  ["root", {}, undefined, /^/],
  ["a user without rights", { rights: NOBODY, maps: REFUSED }, "fault", /CAP_SYS_ADMIN.*cure: .*chmod 0644/s],
  [
    "a user with a readable pin",
    { rights: NOBODY, maps: REFUSED, bpffs: [{ path: "/b", mode: "755", readableMaps: 1 }] },
    "limit",
    /1 pinned map can be read/,
  ],
  ["a container's root", { rights: { ...FIT.rights, userNamespace: true }, maps: REFUSED }, "fault", /user namespace/],
  [
    "a container's root with a readable pin",
    {
      rights: { ...FIT.rights, userNamespace: true },
      maps: REFUSED,
      bpffs: [{ path: "/b", mode: "755", readableMaps: 2 }],
    },
    "limit",
    /2 pinned maps can be read/,
  ],
  [
    "a user without rights, on a kernel that refuses all of bpf(2) to them",
    { rights: NOBODY, maps: REFUSED, kernel: { ...FIT.kernel, release: "5.10.0-30-amd64" } },
    "fault",
    /cure: run it as root \(kernel\.unprivileged_bpf_disabled refuses/,
  ],
  [
    "the same where that is allowed",
    {
      rights: NOBODY,
      maps: REFUSED,
      kernel: { ...FIT.kernel, release: "5.10.0" },
      sysctls: { "kernel.unprivileged_bpf_disabled": "0" },
    },
    "fault",
    /chmod 0644/,
  ],
  ["root behind a seccomp filter", { maps: REFUSED }, "fault", /even to CAP_SYS_ADMIN.*seccomp/s],
  ["no koffi", { maps: undefined, unavailable: "load koffi: no" }, "fault", /load koffi: no/],
  ["no BTF", { kernelBtf: null }, "remark", /CONFIG_DEBUG_INFO_BTF/],
  ["no bpf file system", { bpffs: [] }, "remark", /mount -t bpf/],
  [
    "another bpftool",
    { bpftool: { path: "/b", version: "6.9", compat: "5.10", known: false } },
    "remark",
    /--compat 5\.10 comes closest/,
  ],
];

test.each(CASES)("%s", (_, change, kind, says) => {
  const environment = { ...FIT, ...change };
  const findings = diagnose(environment);
  expect(findings[0]?.kind).toBe(kind);
  const text = reportText(environment, findings);
  expect(text).toMatch(says);
  expect(text.includes("maps of this machine can be read")).toBe(kind === undefined || kind === "remark");
});

test("what mounts and programs are called can't command a terminal", () => {
  const bpffs = [{ path: "/\u001b]0;x\u0007/\u202e\n", mode: "755", readableMaps: 0 }];
  const text = reportText({ ...FIT, bpffs }, []);
  expect(text).toContain("/\\e]0;x\\x07/\\u202e");
});
