/** A kernel to boot, and how. */
export interface Guest {
  readonly name: string;
  /** What test/kernels/fetch-kernels.sh is asked for: the Debian suite, and how the version begins. */
  readonly kernel: string;
  readonly cpus?: number;
  /** More kernel parameters. */
  readonly parameters?: string;
}

/** The oldest and the newest kernel that the README names, those of Debian's releases between, and two odd machines. */
export const GUESTS: readonly Guest[] = [
  { name: "5.10", kernel: "bullseye:5.10" },
  { name: "6.1", kernel: "bookworm:6.1" },
  { name: "6.12", kernel: "trixie:6.12" },
  { name: "6.18", kernel: "trixie-backports:6.18" },
  { name: "7", kernel: "trixie-backports:7" },
  { name: "4-cpus", kernel: "trixie:6.12", cpus: 4, parameters: "maxcpus=1" },
  { name: "no-btf", kernel: "bookworm:6.1", parameters: "hide_btf" },
];
