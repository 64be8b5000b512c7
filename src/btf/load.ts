import { btfFromElf, looksLikeElf } from "./elf.ts";
import { type Btf, type ParseOptions, parseBtf } from "./parse.ts";

/** Reads BTF as it is, or the section `.BTF` of an ELF file, whichever the first bytes say. */
export function loadBtf(bytes: Uint8Array, options: ParseOptions = {}): Btf {
  return parseBtf(looksLikeElf(bytes) ? btfFromElf(bytes, options.what).btf : bytes, options);
}
