import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { type Run, run } from "../../helpers/bpftools.ts";
import { connectionMap } from "../../helpers/connections.ts";
import { runOurs } from "../../helpers/run-ours.ts";
import { Scratch } from "../../helpers/scratch.ts";
import type { Carried } from "../guest-result.ts";
import { Checks } from "./checks.ts";

/** Where the image has the files of a release. */
export const EXECUTABLE = "/suite/artefacts/ebpf-map";
export const PACKAGE = "/suite/artefacts/ebpf-map.deb";

/** What is printed of a map here, and of its snapshot on the machine that started the guest. */
const COMMANDS: readonly (readonly string[])[] = [
  ["dump"],
  ["-j", "dump"],
  ["-p", "dump"],
  ["dump", "-o", "ndjson"],
  ["dump", "-o", "csv", "--where", "value.packets % 2u == 1u"],
];

/**
 * The executable, and the one that Debian's package installs, print of a map what the sources do. Returns a snapshot of
 * the map with what was printed of it, for the machine that started the guest.
 */
export async function checkExecutable(): Promise<Checks & { carried: Carried }> {
  const checks = new Checks();
  using scratch = new Scratch();
  const map = scratch.own(connectionMap(60, { name: "carried" }));
  const live = ["id", String(new LinuxKernel().mapInfo(map).id)];
  const outputs: { words: readonly string[]; stdout: string }[] = [];
  const expected: Run[] = [];
  for (const words of COMMANDS) {
    const printed = await runOurs([...words, ...live]);
    expected.push(printed);
    outputs.push({ words, stdout: printed.stdout.toString("latin1") });
    checks.equal(`ours: ${words.join(" ")}`, [printed.stderr, printed.status], ["", 0]);
  }
  for (const program of [EXECUTABLE, ...installed(checks, await installPackage())]) {
    for (const [i, words] of COMMANDS.entries()) {
      const printed = await run(program, [...words, ...live], 120_000);
      checks.equal(`${program} ${words.join(" ")}`, shown(printed), shown(expected[i]));
    }
  }
  const saved = await run(EXECUTABLE, ["save", ...live, "-"], 120_000);
  checks.equal(`${EXECUTABLE} save`, [saved.stderr, saved.status], ["", 0]);
  return Object.assign(checks, { carried: { snapshot: saved.stdout.toString("latin1"), outputs } });
}

/**
 * Installs Debian's package, where the image has it. The libraries that it needs are here, but Debian doesn't know it.
 */
async function installPackage(): Promise<Run | undefined> {
  if (!existsSync(PACKAGE)) return undefined;
  for (const folder of ["info", "updates", "triggers"]) mkdirSync(`/var/lib/dpkg/${folder}`, { recursive: true });
  writeFileSync("/var/lib/dpkg/status", "");
  return await run("dpkg", ["--force-depends", "--force-bad-path", "--install", PACKAGE], 300_000);
}

function installed(checks: Checks, install: Run | undefined): string[] {
  if (install === undefined) return [];
  checks.equal("dpkg --install", install.status, 0);
  return install.status === 0 ? ["/usr/bin/ebpf-map"] : [install.stderr];
}

function shown(printed: Run | undefined): object {
  return { stdout: printed?.stdout.toString("latin1"), stderr: printed?.stderr, status: printed?.status };
}
