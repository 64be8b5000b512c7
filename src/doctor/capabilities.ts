/** Bits of `include/uapi/linux/capability.h` that bear on reading maps. */
const BITS = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const;

export type CapabilityName = keyof typeof BITS;

/** The rights of a process. */
export interface Rights {
  readonly uid: number;
  /** Those of {@link CapabilityName} that are in effect. */
  readonly capabilities: readonly CapabilityName[];
  /** It lives in a user namespace, where the capabilities count for nothing that bpf(2) asks for. */
  readonly userNamespace: boolean;
}

/** Reads `/proc/self/status` and `/proc/self/uid_map`. */
export function rightsOf(status: string, uidMap: string): Rights {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  const names = Object.keys(BITS) as CapabilityName[];
  return {
    uid: Number(/^Uid:\s*\d+\s+(\d+)/m.exec(status)?.[1] ?? -1),
    capabilities: names.filter((name) => ((effective >> BigInt(BITS[name])) & 1n) === 1n),
    userNamespace: !/^\s*0\s+0\s+4294967295\s*$/.test(uidMap),
  };
}
