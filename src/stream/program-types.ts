import { type Btf, parseBtf } from "../btf/parse.ts";
import { EbpfMapError } from "../errors.ts";
import { ENOENT } from "../sys/errno.ts";
import type { StreamKernel } from "../sys/events/kernel.ts";
import type { Kernel } from "../sys/kernel.ts";
import { kernelError } from "../sys/kernel-error.ts";

/**
 * The BTF of the programs that use a map, each once, in the order of the programs: a map of events has no types of its
 * own, but whoever fills it knows them. Empty if no program uses it, or none of them has BTF.
 */
export function programBtfs(kernel: Kernel, programs: Pick<StreamKernel, "nextProgId">, mapId: number): Btf[] {
  const ids = new Set<number>();
  for (let id = 0; ; ) {
    const next = programs.nextProgId(id);
    if (next.errno === ENOENT) break;
    if (next.errno !== 0) {
      throw kernelError("list programs", next.errno, "KERNEL", "listing programs needs CAP_SYS_ADMIN; --btf FILE", {});
    }
    id = next.id;
    const btfId = btfOfUser(kernel, id, mapId);
    if (btfId !== 0) ids.add(btfId);
  }
  return Array.from(ids, (id) => {
    using fd = kernel.openBtf(id);
    return parseBtf(kernel.btfBytes(fd), { what: `BTF id ${id}` });
  });
}

/** The id of a program's BTF; 0 if it has none, doesn't use the map, or has gone meanwhile. */
function btfOfUser(kernel: Kernel, id: number, mapId: number): number {
  try {
    using fd = kernel.openProg(id);
    const { mapIds, btfId } = kernel.progInfo(fd);
    return mapIds.includes(mapId) ? btfId : 0;
  } catch (error) {
    if (error instanceof EbpfMapError && error.details.errno === ENOENT) return 0;
    throw error;
  }
}
