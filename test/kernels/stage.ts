import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DIALECT_VERSIONS } from "../../src/codec/bpftool/dialect.ts";
import { bpftoolPath, missingBpftools } from "../helpers/bpftools.ts";
import { compileObject } from "../helpers/objects.ts";
import { repositoryPath } from "../helpers/repository.ts";
import type { Scratch } from "../helpers/scratch.ts";
import { bundle } from "../helpers/staged-program.ts";

/** What an image is made of and tested with, by the program's name: in Debian, in packages of these names. */
const PROGRAMS = {
  "qemu-system-x86_64": "qemu-system-x86",
  busybox: "busybox-static",
  cpio: "cpio",
  clang: "clang",
  perl: "perl-base",
  prlimit: "util-linux",
} as const;

/** What is missing here to boot anything, in words; empty where nothing is. */
export function missingForGuests(): string[] {
  if (process.arch !== "x64") return [`an x86-64 machine (this is ${process.arch})`];
  const folders = (process.env.PATH ?? "").split(":");
  const missing = Object.entries(PROGRAMS).filter(
    ([name]) => !folders.some((folder) => existsSync(join(folder, name))),
  );
  const bpftools = missingBpftools().map((version) => `bpftool ${version} (run test/fetch-bpftools.sh)`);
  return [...missing.map(([name, debian]) => `${name} (package ${debian})`), ...bpftools];
}

/** Makes the image of all guests in a folder: the suite as one file, what it loads, compiled fixtures, the bpftools. */
export async function makeImage(scratch: Scratch): Promise<string> {
  const tree = join(scratch.folder, "suite");
  mkdirSync(join(tree, "objects"), { recursive: true });
  writeFileSync(join(tree, "package.json"), JSON.stringify({ type: "module", version: "0.0.0" }));
  await bundle(repositoryPath("test", "kernels", "guest.ts"), join(tree, "guest.mjs"));
  for (const dependency of ["koffi", "@koromix"]) {
    cpSync(repositoryPath("node_modules", dependency), join(tree, "node_modules", dependency), { recursive: true });
  }
  for (const name of ["congestion"]) cpSync(await compileObject(scratch, name), join(tree, "objects", `${name}.o`));
  copyBpftools(join(tree, "bpftools"));
  const image = join(scratch.folder, "image");
  execFileSync(repositoryPath("test", "kernels", "make-image.sh"), [tree, image, "perl", "prlimit"], {
    stdio: "inherit",
  });
  return image;
}

function copyBpftools(folder: string): void {
  mkdirSync(folder);
  for (const version of DIALECT_VERSIONS) {
    const wrapper = bpftoolPath(version);
    cpSync(wrapper, join(folder, `bpftool-${version}`));
    cpSync(join(wrapper, "..", version), join(folder, version), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.includes("/share/"),
    });
  }
}
