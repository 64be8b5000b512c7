import { spawnSync } from "node:child_process";
import { accessSync, existsSync, constants as modes, statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { afterAll, describe, type TestContext, test } from "vitest";
import { ENOENT, errnoText } from "../../src/sys/errno.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { CLANGS, missingCompiler } from "../verifier/helpers/compile.ts";
import { missingDebian, missingExecutable, missingPackages } from "./artefacts.ts";
import { bpftoolRuns, missingBpftools } from "./bpftools.ts";
import { repositoryPath } from "./repository.ts";

/** The magic number that statfs gives for bpffs. */
const BPF_FS_MAGIC = 0xcafe4a11;

/** Each thing that a live test may need, with a sentence on what is missing, or undefined where it is there. */
const REQUIREMENTS = {
  kernel: missingKernel,
  bpftools: () => {
    const missing = missingBpftools();
    return missing.length === 0 ? undefined : `bpftool ${missing.join(", ")} (run test/fetch-bpftools.sh)`;
  },
  build: () => (existsSync(repositoryPath("dist", "cli", "core.cjs")) ? undefined : "dist/ (run npm run build)"),
  bpftool: () => missingProgram("bpftool", "/usr/sbin"),
  strace: () => missingProgram("strace"),
  clang: () => missingProgram("clang"),
  compilers: () => CLANGS.map(missingCompiler).find((missing) => missing !== undefined),
  setpriv: () => missingProgram("setpriv"),
  tmux: () => missingProgram("tmux"),
  shells: () => missingProgram("zsh") ?? missingProgram("fish"),
  promtool: () => missingProgram("promtool"),
  prometheus: () => missingProgram("prometheus"),
  systemdAnalyze: () => missingProgram("systemd-analyze"),
  man: () => missingProgram("man"),
  mandoc: () => missingProgram("mandoc"),
  groff: () => missingProgram("groff"),
  xdpTools: () => missingProgram("xdp-filter", "/usr/sbin"),
  libbpf: () => (existsSync("/usr/include/bpf/bpf_helpers.h") ? undefined : "bpf/bpf_helpers.h (package libbpf-dev)"),
  libbpfTools: () => missingProgram("runqlat", "/usr/sbin"),
  shellcheck: () => missingProgram("shellcheck"),
  jq: () => missingProgram("jq"),
  openssl: () => missingProgram("openssl"),
  curl: () => missingProgram("curl"),
  python: () => missingProgram("python3"),
  libyaml: () => (pythonHas("from yaml import CSafeLoader") ? undefined : "PyYAML with libyaml (package python3-yaml)"),
  single: missingExecutable,
  packages: missingPackages,
  debian: missingDebian,
  skopeo: () => missingProgram("skopeo"),
  crun: () => missingProgram("crun"),
  runtimes: () => {
    const missing = ["bun", "deno", "esbuild"].filter((name) => !isExecutable(runtimePath(name)));
    return missing.length === 0 ? undefined : `${missing.join(", ")} (run test/fetch-runtimes.sh)`;
  },
  chromium: () => missingProgram("chromium"),
  page: () => (existsSync(repositoryPath("dist", "page", "page.js")) ? undefined : "dist/page (run npm run build)"),
  duckdb: () => missingPackage("@duckdb/node-api"),
} as const satisfies Record<string, () => string | undefined>;

/** The path of another runtime of JavaScript, or of esbuild, as `test/fetch-runtimes.sh` puts it there. */
export function runtimePath(name: string): string {
  return repositoryPath(".cache", "runtimes", name);
}

export type Requirement = keyof typeof REQUIREMENTS;

/**
 * A suite that runs only where what it needs is there. Elsewhere it says on stderr what it skipped and why; with
 * EBPF_MAP_REQUIRE_KERNEL=1 in the environment, as in CI, it fails instead.
 */
export function liveSuite(name: string, needs: readonly Requirement[], body: () => void): void {
  const missing = needs.map((need) => REQUIREMENTS[need]()).filter((reason) => reason !== undefined);
  if (missing.length === 0) describe(name, () => countingRuns(name, body));
  else test(name, (context) => skip(context, name, missing.join(", ")));
}

function countingRuns(name: string, body: () => void): void {
  afterAll(() => {
    if (bpftoolRuns.count > 0) process.stdout.write(`${name}: ${bpftoolRuns.count} runs of real bpftools\n`);
  });
  body();
}

/** Skips what this machine can't run, or fails it where nothing may be skipped. */
export function skip(context: TestContext, name: string, missing: string): never {
  if (process.env.EBPF_MAP_REQUIRE_KERNEL === "1") throw new Error(`${name} needs ${missing}`);
  process.stderr.write(`skipped: ${name}: needs ${missing}\n`);
  context.skip(`needs ${missing}`);
}

function missingKernel(): string | undefined {
  if (process.platform !== "linux") return "Linux";
  if (process.getuid?.() !== 0) return "root";
  const { errno } = new LinuxKernel().nextMapId(0);
  if (errno !== 0 && errno !== ENOENT) return `bpf(2), which says: ${errnoText(errno)}`;
  if (!isBpffs("/sys/fs/bpf")) return "bpffs on /sys/fs/bpf";
  return undefined;
}

function isBpffs(path: string): boolean {
  return existsSync(path) && statfsSync(path).type === BPF_FS_MAGIC;
}

function missingPackage(name: string): string | undefined {
  try {
    createRequire(import.meta.url).resolve(name);
    return undefined;
  } catch {
    return `${name} (run npm ci)`;
  }
}

function pythonHas(statement: string): boolean {
  return spawnSync("python3", ["-c", statement]).status === 0;
}

function missingProgram(name: string, ...more: string[]): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...more];
  return folders.some((folder) => isExecutable(join(folder, name))) ? undefined : name;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, modes.X_OK);
    return true;
  } catch {
    return false;
  }
}
