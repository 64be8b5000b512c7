/** What the suite in a guest found out: the last line of its output, as JSON, behind {@link RESULT_MARK}. */
export interface GuestResult {
  readonly release: string;
  readonly possibleCpus: number;
  readonly onlineCpus: number;
  /** The kernel shows BTF of its own. */
  readonly btf: boolean;
  /** The bpftools that start there. */
  readonly bpftools: readonly string[];
  /** Cases whose maps this kernel can't have, with the reason. */
  readonly absent: readonly string[];
  readonly cases: number;
  /** Runs of bpftool and ebpf-map whose bytes were compared. */
  readonly compared: number;
  /** Map types by how their entries are read. */
  readonly modes: { readonly batch: readonly string[]; readonly walk: readonly string[] };
  /** Other checks that were made: rights, limits. */
  readonly checks: number;
  readonly failures: readonly string[];
  readonly carried: Carried;
}

/** A snapshot that was made in a guest, and what commands printed there of its map; in Latin-1. */
export interface Carried {
  readonly snapshot: string;
  readonly outputs: readonly { readonly words: readonly string[]; readonly stdout: string }[];
}

export const RESULT_MARK = "result: ";
