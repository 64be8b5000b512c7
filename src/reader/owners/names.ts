import { parseBtf } from "../../btf/parse.ts";
import type { TypeSource } from "../../btf/types.ts";
import { EbpfMapError } from "../../errors.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { cgroupPaths } from "../../sys/lookup-tables.ts";
import { vmlinuxTypes } from "../vmlinux-types.ts";

/** The names behind the numbers of attachments. */
export interface AttachmentNames {
  /** The folder of the control group, below that of the hierarchy. */
  cgroup(id: bigint): string | undefined;
  /** The function or tracepoint that the BTF of the kernel or a module names. */
  kernelType(btfId: number, typeId: number): string | undefined;
}

/** Prefixes of the names that the kernel gives to its hooks. */
const PREFIX = /^(?:bpf_lsm_|btf_trace_|__probestub_)/;

/** Looks names up when they are first asked for. `root` is the folder of the hierarchy of control groups. */
export function attachmentNames(kernel: Kernel, root: string | undefined): AttachmentNames {
  let cgroups: ReadonlyMap<bigint, string> | undefined;
  const types = new Map<number, TypeSource | undefined>();
  return {
    cgroup(id) {
      cgroups ??= root === undefined ? new Map() : cgroupPaths(root);
      return cgroups.get(id);
    },
    kernelType(btfId, typeId) {
      if (!types.has(btfId)) types.set(btfId, kernelTypes(kernel, btfId));
      const type = types.get(btfId)?.type(typeId);
      return type !== undefined && "name" in type ? type.name.replace(PREFIX, "") : undefined;
    },
  };
}

/** The types of the kernel or a module; undefined if the id is of other BTF, or it can't be read. */
function kernelTypes(kernel: Kernel, btfId: number): TypeSource | undefined {
  try {
    using fd = kernel.openBtf(btfId);
    const { kernelBtf, name } = kernel.btfInfo(fd);
    if (!kernelBtf) return undefined;
    const base = vmlinuxTypes(kernel);
    return name === "vmlinux" ? base : parseBtf(kernel.btfBytes(fd), { base, what: `BTF of module ${name}` });
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}
