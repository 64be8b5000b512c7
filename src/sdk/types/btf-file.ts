import { existsSync } from "node:fs";
import { type BtfBase, loadBase, loadBtf } from "../../btf/load.ts";
import type { Btf } from "../../btf/parse.ts";
import type { SearchableTypes } from "../../btf/types.ts";
import { bytesContent, type Content, fileContent } from "./file-content.ts";
import { resolvedOnce } from "./resolved.ts";

/** The types of the running kernel, which its modules' stand on. */
const VMLINUX = "/sys/kernel/btf/vmlinux";

/** BTF that was found but not parsed. `name` is its path, undefined for bytes. */
export interface BtfContent extends Content {
  readonly name: string | undefined;
}

/**
 * Reads BTF from a raw file or an ELF object; split BTF on `base`, or on the running kernel's. Throws FILE or
 * BTF_INVALID.
 */
export function readBtf(from: string | Uint8Array, base?: string | Uint8Array): SearchableTypes {
  return parsedBtf(btfContent(from), base === undefined ? undefined : btfContent(base));
}

/** BTF that isn't parsed yet. Throws FILE. */
export function btfContent(from: string | Uint8Array): BtfContent {
  if (typeof from !== "string") return { ...bytesContent(from), name: undefined };
  return { ...fileContent(from, "BTF"), name: from };
}

/** `prog.bpf.o:conns` as a file and the declaration in it, unless a file is called so. */
export function declarationOf<T extends string | Uint8Array>(
  btf: T,
): { path: T | string; declaration: string | undefined } {
  if (typeof btf !== "string" || existsSync(btf)) return { path: btf, declaration: undefined };
  const colon = btf.lastIndexOf(":");
  const path = btf.slice(0, colon);
  if (colon < 1 || !existsSync(path)) return { path: btf, declaration: undefined };
  return { path, declaration: btf.slice(colon + 1) };
}

/** Parses BTF, once for the same bytes. Throws BTF_INVALID. */
export function parsedBtf(content: BtfContent, base?: BtfContent): SearchableTypes {
  const what = content.name === undefined ? "BTF" : `BTF in ${content.name}`;
  return resolvedOnce(["btf", content.hash, base?.hash], () =>
    loadBtf(content.bytes(), { what, base: base === undefined ? RUNNING_KERNEL : givenBase(base) }),
  );
}

const RUNNING_KERNEL: BtfBase = {
  name: VMLINUX,
  btf: () => (existsSync(VMLINUX) ? parsedBase(btfContent(VMLINUX)) : undefined),
  isGiven: false,
};

function givenBase(content: BtfContent): BtfBase {
  return { name: content.name ?? "the given base", btf: () => parsedBase(content), isGiven: true };
}

function parsedBase(content: BtfContent): Btf {
  return resolvedOnce(["btf base", content.hash], () =>
    loadBase(content.bytes(), content.name === undefined ? "the base BTF" : `the base BTF in ${content.name}`),
  );
}
