import { EbpfMapError } from "../../errors.ts";

/** The bpftool versions whose bytes are known, oldest first. */
export const DIALECT_VERSIONS = ["5.10", "7.1", "7.5", "7.8"] as const;

export type DialectVersion = (typeof DIALECT_VERSIONS)[number];

/**
 * The differences between bpftool versions; everything else is the same in all of them. Recorded from Debian's bpftool
 * 5.10.223, 7.1.0, 7.5.0 and 7.8.0.
 */
export interface Dialect {
  readonly version: DialectVersion;
  /** A backslash in a string is written as `\\`; before, as `\n`, which is valid JSON with wrong data. */
  readonly escapesBackslash: boolean;
  /** Pointers in plain output stand in quotes. */
  readonly quotesPointers: boolean;
  /** Maps of maps show `inner_map_id`. */
  readonly showsInnerMapId: boolean;
  /** The text in place of a value of a kind that bpftool can't print. */
  readonly unsupportedKind: string;
  /** A failed system call ends in its errno as exit status (cut to 8 bits); before, in 255. */
  readonly exitsWithErrno: boolean;
  /** It takes a BTF kind for four bits wide, so newer kinds for older ones. */
  readonly fourBitKinds: boolean;
  /** Program types from this number on have no name there. */
  readonly progTypeNames: number;
  /** `0b101` is a number: since glibc 2.38, so a matter of the build. */
  readonly readsBinaryNumbers: boolean;
  /** Several pins of a map: the one found last first, or by growth of a hash table. */
  readonly pinOrder: "last-first" | "hash-table";
  /** The error for a pinned link that is given as a map. */
  readonly pinnedLink: "unknown" | "link" | "invalid-argument";
}

const DIALECTS: Record<DialectVersion, Dialect> = {
  "5.10": {
    version: "5.10",
    escapesBackslash: false,
    quotesPointers: false,
    showsInnerMapId: false,
    unsupportedKind: "(unsupported-kind",
    exitsWithErrno: false,
    fourBitKinds: true,
    progTypeNames: 31,
    readsBinaryNumbers: false,
    pinOrder: "last-first",
    pinnedLink: "unknown",
  },
  "7.1": {
    version: "7.1",
    escapesBackslash: false,
    quotesPointers: false,
    showsInnerMapId: false,
    unsupportedKind: "(unsupported-kind",
    exitsWithErrno: true,
    fourBitKinds: false,
    progTypeNames: 32,
    readsBinaryNumbers: false,
    pinOrder: "hash-table",
    pinnedLink: "link",
  },
  "7.5": {
    version: "7.5",
    escapesBackslash: true,
    quotesPointers: true,
    showsInnerMapId: true,
    unsupportedKind: "(unsupported-kind",
    exitsWithErrno: true,
    fourBitKinds: false,
    progTypeNames: 33,
    readsBinaryNumbers: false,
    pinOrder: "hash-table",
    pinnedLink: "link",
  },
  "7.8": {
    version: "7.8",
    escapesBackslash: true,
    quotesPointers: true,
    showsInnerMapId: true,
    unsupportedKind: "(unsupported-kind)",
    exitsWithErrno: true,
    fourBitKinds: false,
    progTypeNames: 33,
    readsBinaryNumbers: true,
    pinOrder: "hash-table",
    pinnedLink: "invalid-argument",
  },
};

/** The newest version known: the default. */
export const NEWEST_DIALECT: Dialect = DIALECT_VERSIONS.map((version) => DIALECTS[version]).reduce((_, newer) => newer);

/** The dialect of `--compat VERSION`. Throws USAGE for a version that isn't known. */
export function dialectOf(version: string): Dialect {
  const known = DIALECT_VERSIONS.find((candidate) => candidate === version);
  if (known) return DIALECTS[known];
  throw new EbpfMapError("USAGE", `--compat ${version}: not a version that is known (${DIALECT_VERSIONS.join(", ")})`);
}
