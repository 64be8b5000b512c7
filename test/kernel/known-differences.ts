import { LinuxKernel } from "../../src/sys/linux.ts";
import type { Shape } from "../helpers/shapes.ts";

/**
 * Where ebpf-map prints the right thing and bpftool doesn't. Everything else is compared byte for byte. What each is
 * like, known-differences.test.ts shows; an entry that no longer differs fails there and must go.
 */
export const KNOWN_DIFFERENCES = {
  staleInfo:
    "bpftool reuses one struct bpf_map_info for a whole loop, and since Linux 6.18 the kernel leaves fields as they " +
    "were that a map hasn't got: in a list a map without BTF shows the btf_id of the map before it, and a dump by " +
    "name formats it by the types of the one before.",
  outsideBuffer:
    "bpftool reads behind the value: an ENUM64 narrower than 8 bytes is read as 8 (all versions), and 5.10 takes a " +
    "type tag for a pointer, also where the value ends earlier. What it shows of it depends on what lies there.",
  endless: "bpftool prints an array of 2^32-1 empty structs, which takes no space, without ever coming to its end.",
} as const;

/**
 * Corrects a list that a bpftool printed: takes the `btf_id` away from maps that have no BTF (see `staleInfo`).
 * Works on the text of any shape, since a list can have several maps of one name and keys in any order.
 */
export function withoutStaleBtfIds(stdout: Buffer, shape: Shape): Buffer {
  const withoutBtf = mapsWithoutBtf();
  const text = stdout.toString("latin1");
  const start = shape === "plain" ? /^(?=\d+: )/m : /(?="id":)/;
  const corrected = text.split(start).map((part) => {
    const id = /^(?:"id": ?)?(\d+)/.exec(part)?.[1];
    return id !== undefined && withoutBtf.has(Number(id)) ? withoutBtfId(part, shape) : part;
  });
  return Buffer.from(corrected.join(""), "latin1");
}

function withoutBtfId(part: string, shape: Shape): string {
  if (shape !== "plain") return part.replace(/,\s*"btf_id": ?\d+/, "");
  return part.replace(/\n\tbtf_id \d+( {2}frozen)?/, (_, frozen?: string) => (frozen ? "\n\tfrozen" : ""));
}

function mapsWithoutBtf(): ReadonlySet<number> {
  const kernel = new LinuxKernel();
  const ids = new Set<number>();
  for (let next = kernel.nextMapId(0); next.errno === 0; next = kernel.nextMapId(next.id)) {
    if (!hasBtf(kernel, next.id)) ids.add(next.id);
  }
  return ids;
}

/** A map that has gone meanwhile counts as one with BTF: nothing is corrected for it. */
function hasBtf(kernel: LinuxKernel, id: number): boolean {
  try {
    using map = kernel.openMap(id);
    return kernel.mapInfo(map).btfId !== 0;
  } catch {
    return true;
  }
}
