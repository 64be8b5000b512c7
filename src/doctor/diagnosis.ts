import { kernelRange } from "../schema/file/kernel-range.ts";
import { errnoText } from "../sys/errno.ts";
import type { Environment } from "./environment.ts";

/** A fault or limit of this machine, and its cure. */
export interface Diagnosis {
  /** `fault`: no map of this machine can be read. `limit`: some can't. `remark`: worth knowing. */
  readonly kind: "fault" | "limit" | "remark";
  readonly what: string;
  readonly cure: string;
}

/** Derives faults and limits from the environment, the worst first. */
export function diagnose(environment: Environment): Diagnosis[] {
  const findings = [...access(environment), ...types(environment), ...reference(environment)];
  const order = ["fault", "limit", "remark"];
  return findings.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function access(environment: Environment): Diagnosis[] {
  const { maps, unavailable, rights } = environment;
  if (maps === undefined) {
    return [
      { kind: "fault", what: unavailable ?? "", cure: "run it on Linux on x86-64 or arm64, with koffi installed" },
    ];
  }
  if (maps.errno === 0) return [];
  if (rights.userNamespace) return [notAll(environment, "from a user namespace", "run it outside of the container")];
  if (!rights.capabilities.includes("CAP_SYS_ADMIN")) {
    return [notAll(environment, "without CAP_SYS_ADMIN", "run it as root")];
  }
  const what = `the kernel refuses bpf(2) even to CAP_SYS_ADMIN: ${errnoText(maps.errno).toLowerCase()}`;
  return [{ kind: "fault", what, cure: "allow it in the container's seccomp profile, or run it on the host" }];
}

/** Maps by id are out of reach; whether anything is within decides how bad that is. */
function notAll({ bpffs, kernel, sysctls }: Environment, why: string, cure: string): Diagnosis {
  const what = `maps can't be listed or opened by id or name ${why}`;
  const pins = bpffs.reduce((sum, { readableMaps }) => sum + readableMaps, 0);
  if (pins > 0) {
    const some = pins === 1 ? "1 pinned map" : `${pins} pinned maps`;
    return { kind: "limit", what, cure: `${cure}; ${some} can be read as it is` };
  }
  if (sysctls[DISABLED] !== "0" && refusesReaders(kernel.release)) {
    const more = `${DISABLED} refuses all of bpf(2) before Linux 5.19; CAP_BPF opens readable pins`;
    return { kind: "fault", what, cure: `${cure} (${more})` };
  }
  return { kind: "fault", what, cure: `${cure}, or have root pin a map and make the pin readable (chmod 0644)` };
}

const DISABLED = "kernel.unprivileged_bpf_disabled";
const refusesReaders = kernelRange("<5.19", DISABLED);

function types({ kernelBtf, bpffs }: Environment): Diagnosis[] {
  const findings: Diagnosis[] = [];
  if (kernelBtf === null) {
    const cure = "boot a kernel built with CONFIG_DEBUG_INFO_BTF; all other maps are decoded by their own types";
    findings.push({ kind: "remark", what: "this kernel has no BTF: struct_ops maps are shown as bytes", cure });
  }
  if (bpffs.length === 0) {
    const cure = "mount -t bpf bpf /sys/fs/bpf";
    findings.push({ kind: "remark", what: "no bpf file system is mounted: nothing can be pinned", cure });
  }
  return findings;
}

function reference({ bpftool }: Environment): Diagnosis[] {
  if (bpftool === undefined || bpftool.known) return [];
  const what = `bpftool ${bpftool.version ?? "of an unknown version"} is none of those whose output is known`;
  const cure = `--compat ${bpftool.compat} comes closest; --self-check MAP shows whether it is the same`;
  return [{ kind: "remark", what, cure }];
}
