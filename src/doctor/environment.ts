import { readFileSync, statSync } from "node:fs";
import { release } from "node:os";
import { textFromBytes } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import type { Kernel } from "../sys/kernel.ts";
import { parseMounts } from "../sys/mounts.ts";
import { filesBelow } from "../sys/pins.ts";
import { type TypeCensus, takeCensus } from "./batch-support.ts";
import { type Rights, rightsOf } from "./capabilities.ts";
import { type InstalledBpftool, installedBpftool } from "./installed-bpftool.ts";

/** A mounted bpf file system. */
export interface BpfMount {
  readonly path: string;
  /** Permissions of its root, as `1777`. */
  readonly mode: string | undefined;
  /** Pinned maps in it that this user can open for reading. */
  readonly readableMaps: number;
}

/** All that decides what ebpf-map can do here. */
export interface Environment {
  readonly kernel: { readonly release: string; readonly arch: string; readonly possibleCpus: number | null };
  /** Bytes of the kernel's own BTF; null where it has none. */
  readonly kernelBtf: number | null;
  readonly bpffs: readonly BpfMount[];
  readonly rights: Rights;
  /** By name; null where the kernel has no such setting, or not for this user. */
  readonly sysctls: Readonly<Record<string, string | null>>;
  /** Undefined where bpf(2) can't be called; `unavailable` says why. */
  readonly maps: TypeCensus | undefined;
  readonly unavailable: string | undefined;
  readonly bpftool: InstalledBpftool | undefined;
  readonly node: string;
}

const SYSCTLS = ["kernel.unprivileged_bpf_disabled", "kernel.perf_event_paranoid", "net.core.bpf_jit_enable"];

/** Looks around. Nothing is made, loaded or changed for it; the installed bpftool is asked for its version. */
export function lookAround(kernel: Kernel, path: string | undefined): Environment {
  const census = censusOrReason(kernel);
  return {
    kernel: { release: release(), arch: process.arch, possibleCpus: orNull(() => kernel.possibleCpus()) },
    kernelBtf: orNull(() => statSync("/sys/kernel/btf/vmlinux").size),
    bpffs: bpfMounts(kernel),
    rights: rightsOf(textOf("/proc/self/status") ?? "", textOf("/proc/self/uid_map") ?? ""),
    sysctls: Object.fromEntries(SYSCTLS.map((name) => [name, sysctl(name)])),
    maps: typeof census === "string" ? undefined : census,
    unavailable: typeof census === "string" ? census : undefined,
    bpftool: installedBpftool(path),
    node: process.versions.node,
  };
}

function censusOrReason(kernel: Kernel): TypeCensus | string {
  try {
    return takeCensus(kernel);
  } catch (error) {
    if (error instanceof EbpfMapError) return error.message;
    throw error;
  }
}

function bpfMounts(kernel: Kernel): BpfMount[] {
  const mounts = parseMounts(textOf("/proc/mounts") ?? "").filter(({ type }) => type === "bpf");
  return mounts.map(({ path }) => ({
    path,
    mode: orNull(() => (statSync(path).mode & 0o7777).toString(8)) ?? undefined,
    readableMaps: filesBelow(path).filter((file) => isReadableMap(kernel, file)).length,
  }));
}

function isReadableMap(kernel: Kernel, path: string): boolean {
  try {
    using fd = kernel.openPinned(path);
    return kernel.objectKind(fd) === "map";
  } catch (error) {
    if (error instanceof EbpfMapError) return false;
    throw error;
  }
}

function sysctl(name: string): string | null {
  return textOf(`/proc/sys/${name.replaceAll(".", "/")}`)?.trim() ?? null;
}

function textOf(path: string): string | undefined {
  return orNull(() => textFromBytes(readFileSync(path))) ?? undefined;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
