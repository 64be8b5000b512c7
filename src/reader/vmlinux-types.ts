import { type Btf, parseBtf } from "../btf/parse.ts";
import { EbpfMapError } from "../errors.ts";
import type { Kernel } from "../sys/kernel.ts";

/** Parsed once a process. struct_ops maps refer to these types, and entries are counted with their sizes. */
const parsed = new WeakMap<Kernel, Btf>();

/** Returns the kernel's own types. Throws BTF_UNAVAILABLE if it has none, BTF_INVALID if they are malformed. */
export function vmlinuxTypes(kernel: Kernel): Btf {
  const known = parsed.get(kernel);
  if (known !== undefined) return known;
  const bytes = kernel.vmlinuxBtf();
  if (bytes === undefined) {
    const why = "the kernel has no BTF of its own, or /sys is not mounted";
    throw new EbpfMapError("BTF_UNAVAILABLE", `read /sys/kernel/btf/vmlinux: ${why}`);
  }
  const types = parseBtf(bytes, { what: "the kernel's BTF" });
  parsed.set(kernel, types);
  return types;
}
