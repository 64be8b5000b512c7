import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadBtf } from "../../src/btf/load.ts";
import { resolveModifiers, sizeOf } from "../../src/btf/resolve.ts";
import type { BtfType, SearchableTypes, TypeSource } from "../../src/btf/types.ts";

/** Compiles C text with clang as strictly as a careful project does; returns its messages, "" if there are none. */
export function compileC(text: string): string {
  const flags = ["-target", "bpf", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", "-"];
  const { stderr, error } = spawnSync("clang", flags, { input: text, encoding: "utf8" });
  if (error !== undefined) throw error;
  return stderr;
}

/** The BTF that clang makes of C text, in a folder for its files. */
export function clangBtf(text: string, folder: string): SearchableTypes {
  const [source, object] = [join(folder, "text.c"), join(folder, "text.o")];
  writeFileSync(source, text);
  const { stderr, status } = spawnSync("clang", ["-target", "bpf", "-g", "-O2", "-c", source, "-o", object], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return loadBtf(readFileSync(object));
}

/**
 * `_Static_assert` lines for the size and the members of each struct and union that a text defines under its name in
 * the BTF. A name that several types share, and members that other text may rename, are left out.
 */
export function layoutAsserts(text: string, btf: SearchableTypes): string[] {
  const defined = new Set(text.match(/^(?:struct|union) \w+(?= \{$)/gm));
  const records = Array.from(btf.names()).filter(({ kind, name }) => defined.has(`${kind} ${name}`));
  const names = records.map(({ kind, name }) => `${kind} ${name}`);
  const unique = new Set(names.filter((name) => names.indexOf(name) === names.lastIndexOf(name)));
  return records.flatMap(({ id, kind, name }) => {
    const type = btf.type(id);
    const spelled = `${kind} ${name}`;
    if ((type.kind !== "struct" && type.kind !== "union") || !unique.has(spelled)) return [];
    const size = `_Static_assert(sizeof(${spelled}) == ${type.size}, "${spelled}");`;
    return [size, ...memberAsserts(btf, type, spelled)];
  });
}

function memberAsserts(btf: TypeSource, type: BtfType & { kind: "struct" | "union" }, record: string): string[] {
  const names = scopeNames(btf, type);
  return type.members.flatMap(({ name, bitOffset, bitfieldSize, type: member }) => {
    const resolved = btf.type(resolveModifiers(btf, member));
    const isInt = resolved.kind === "int";
    const isBits = bitfieldSize > 0 || (isInt && (resolved.bits !== resolved.size * 8 || bitOffset % 8 !== 0));
    const isShared = names.indexOf(name) !== names.lastIndexOf(name);
    if (isBits || isShared || !/^[A-Za-z]\w*$/.test(name)) return [];
    return [`_Static_assert(__builtin_offsetof(${record}, ${name}) == ${bitOffset / 8}, "${record}.${name}");`];
  });
}

/** The names of a record's members and of those of its anonymous records, which share its scope. */
function scopeNames(btf: TypeSource, record: BtfType & { kind: "struct" | "union" }): string[] {
  return record.members.flatMap(({ name, type }) => {
    const inner = btf.type(resolveModifiers(btf, type));
    return name === "" && (inner.kind === "struct" || inner.kind === "union") ? scopeNames(btf, inner) : [name];
  });
}

/** An assert for the size of a type by the name that it has in the text. */
export function sizeAssert(spelled: string, btf: TypeSource, id: number): string {
  return `_Static_assert(sizeof(${spelled}) == ${sizeOf(btf, id)}, "${spelled}");`;
}
