import { EbpfMapError } from "../errors.ts";
import { btfFromElf, ElfFile, looksLikeElf } from "./elf/elf.ts";
import { btfFromJson, looksLikeJson } from "./from-json.ts";
import { withDataSections } from "./global-data.ts";
import { invalidBtf } from "./invalid.ts";
import { type Btf, parseBtf } from "./parse.ts";
import { relocate } from "./relocate.ts";
import { isSplitBtf } from "./split.ts";
import type { SearchableTypes } from "./types.ts";

/** The BTF that split BTF stands on: vmlinux's for a kernel module. */
export interface BtfBase {
  /** For messages: `/sys/kernel/btf/vmlinux`. */
  readonly name: string;
  /** Loads it, for split BTF only; undefined where there is none. */
  readonly btf: () => Btf | undefined;
  /** The user named it, so split BTF that doesn't fit it is an error, also where its file has a distilled base. */
  readonly isGiven: boolean;
}

/**
 * Reads BTF as it is, the section `.BTF` of an ELF file, or what `bpftool -j btf dump` prints, whichever the first
 * bytes say. Split BTF is read on `base`, or on the distilled base in its own file where that is all there is: records
 * that are part of a type then have their sizes but no members. `what` names it in errors. Throws BTF_INVALID.
 */
export function loadBtf(
  bytes: Uint8Array,
  { what = "BTF", base }: { what?: string; base?: BtfBase } = {},
): SearchableTypes {
  if (looksLikeJson(bytes)) return fromJson(bytes, what, base);
  if (!looksLikeElf(bytes)) return onBase(bytes, what, base);
  const { btf, btfBase } = btfFromElf(bytes, what);
  if (btfBase === undefined) return withDataSections(onBase(btf, what, base), new ElfFile(bytes, what));
  const distilled = parseBtf(btfBase, { what: `the section .BTF.base of ${what}` });
  return onDistilledBase(parseBtf(btf, { what, base: distilled }), distilled, what, base);
}

/**
 * Reads the BTF that split BTF stands on: raw, or that of an ELF file. `what` names it in errors. Throws BTF_INVALID.
 */
export function loadBase(bytes: Uint8Array, what: string): Btf {
  if (looksLikeJson(bytes)) return parseBtf(btfFromJson(bytes, what), { what });
  return parseBtf(looksLikeElf(bytes) ? btfFromElf(bytes, what).btf : bytes, { what });
}

function fromJson(bytes: Uint8Array, what: string, base: BtfBase | undefined): SearchableTypes {
  let used: Btf | undefined;
  const raw = btfFromJson(bytes, what, () => {
    used = base?.btf();
    return used && { firstId: used.typeCount, firstString: used.strings.end };
  });
  return parseBtf(raw, { what, ...(used !== undefined && { base: used }) });
}

function onBase(bytes: Uint8Array, what: string, base: BtfBase | undefined): SearchableTypes {
  if (!isSplitBtf(bytes, what)) return parseBtf(bytes, { what });
  const btf = base?.btf();
  if (base !== undefined && btf !== undefined) return parseBtf(bytes, { what: `${what} on ${base.name}`, base: btf });
  throw invalidBtf(`read ${what}`, "it is split BTF, which needs its base (--btf-base FILE: its kernel's vmlinux)");
}

function onDistilledBase(split: Btf, distilled: Btf, what: string, base: BtfBase | undefined): SearchableTypes {
  const btf = base?.btf();
  if (base === undefined || btf === undefined) return split;
  try {
    return relocate(split, distilled, btf, `${what} on ${base.name}`);
  } catch (error) {
    if (!base.isGiven && error instanceof EbpfMapError && error.code === "BTF_INVALID") return split;
    throw error;
  }
}
