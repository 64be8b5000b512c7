import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { repositoryPath } from "../../helpers/repository.ts";

/** Where the programs stand, in folders by what is wrong with them. */
export const PROGRAMS_FOLDER: string = repositoryPath("test", "verifier", "programs");

/**
 * What marks the line to change. The compilers don't get to see it, so that it doesn't come back in the kernel's log.
 */
export const MARK = " // <- here";

/** A program that the kernel refuses, with what its own comments say about the refusal. */
export interface RefusedProgram {
  /** `packet/off-by-one`. */
  readonly name: string;
  readonly path: string;
  readonly file: string;
  /** The kind of refusal, and with it the cure. */
  readonly kind: string;
  /** The line to change, counted from 1: the one that ends in `// <- here`. */
  readonly line: number;
  /** Kernels that refuse it for this reason; others load it, refuse it for another, or don't know what it needs. */
  readonly from: number;
  readonly until: number;
  /** Its log does not say the line, so the object that was loaded is kept beside it. */
  readonly withObject: boolean;
  /** Loaded with CAP_BPF and CAP_NET_ADMIN alone, as what is refused then is allowed to CAP_PERFMON. */
  readonly fewerRights: boolean;
}

/** All programs, by name. */
export function refusedPrograms(): RefusedProgram[] {
  const paths = readdirSync(PROGRAMS_FOLDER, { recursive: true, encoding: "utf8" });
  const sources = paths.filter((path) => path.endsWith(".bpf.c")).sort();
  return sources.map((path) => programAt(path.split(sep).join("/")));
}

function programAt(relative: string): RefusedProgram {
  const path = join(PROGRAMS_FOLDER, relative);
  const lines = readFileSync(path, "utf8").split("\n");
  const expected =
    /^\/\* expect: kind=([a-z-]+)(?:; kernels=([\d.]*)-([\d.]*))?(; with=object)?(; rights=bpf)? \*\/$/.exec(
      lines[0] ?? "",
    );
  const marked = lines.flatMap((line, index) => (line.endsWith(MARK) ? [index + 1] : []));
  const [line, ...more] = marked;
  if (expected?.[1] === undefined || line === undefined || more.length > 0) {
    throw new Error(`${relative}: the first line says what is expected, and one line is marked`);
  }
  return {
    name: relative.slice(0, -".bpf.c".length),
    path,
    file: relative.slice(relative.indexOf("/") + 1),
    kind: expected[1],
    line,
    from: kernelNumber(expected[2] || "0"),
    until: kernelNumber(expected[3] || "999"),
    withObject: expected[4] !== undefined,
    fewerRights: expected[5] !== undefined,
  };
}

/** The name of a program's object, which says what rights it is loaded with. */
export function objectName({ name, fewerRights }: RefusedProgram): string {
  return `${name.replace("/", "__")}${fewerRights ? "+bpf" : ""}.o`;
}

/** The program of an object that {@link objectName} named, and whether it is loaded with fewer rights. */
export function programOfObject(file: string): { readonly name: string; readonly fewerRights: boolean } {
  const plain = file.replace(/\.o$/, "");
  return { name: plain.replace("+bpf", "").replace("__", "/"), fewerRights: plain.endsWith("+bpf") };
}

/** `6.12` as 6012, so that versions compare as numbers. */
export function kernelNumber(version: string): number {
  const [major = "0", minor = "0"] = version.split(".");
  return Number(major) * 1000 + Number(minor);
}
