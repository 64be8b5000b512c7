/** A kernel to boot, and how. */
export interface Guest {
  readonly name: string;
  readonly arch: GuestArch;
  /** What test/kernels/fetch-kernels.sh is asked for: the Debian suite, how the version begins, and the flavour. */
  readonly kernel: string;
  readonly cpus?: number;
  /** More kernel parameters. */
  readonly parameters?: string;
}

/** Node's names of the processors that guests have. */
export type GuestArch = "x64" | "arm64";

/**
 * The oldest and the newest kernel that the README names, those of Debian's releases between, and two odd machines; on
 * arm64 also one with pages of 16 KiB.
 */
export const GUESTS: readonly Guest[] = [
  { name: "5.10", arch: "x64", kernel: "bullseye:5.10" },
  { name: "6.1", arch: "x64", kernel: "bookworm:6.1" },
  { name: "6.12", arch: "x64", kernel: "trixie:6.12" },
  { name: "6.18", arch: "x64", kernel: "trixie-backports:6.18" },
  { name: "7", arch: "x64", kernel: "trixie-backports:7" },
  { name: "4-cpus", arch: "x64", kernel: "trixie:6.12", cpus: 4, parameters: "maxcpus=1" },
  { name: "no-btf", arch: "x64", kernel: "bookworm:6.1", parameters: "hide_btf" },
  { name: "arm64-5.10", arch: "arm64", kernel: "bullseye:5.10:cloud-arm64" },
  { name: "arm64-6.1", arch: "arm64", kernel: "bookworm:6.1:cloud-arm64" },
  { name: "arm64-6.12", arch: "arm64", kernel: "trixie:6.12:cloud-arm64" },
  { name: "arm64-7", arch: "arm64", kernel: "trixie-backports:7:cloud-arm64" },
  { name: "arm64-4-cpus", arch: "arm64", kernel: "trixie:6.12:cloud-arm64", cpus: 4, parameters: "maxcpus=1" },
  { name: "arm64-16k", arch: "arm64", kernel: "trixie:6.12:arm64-16k" },
];
