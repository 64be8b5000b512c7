import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { repositoryPath } from "../helpers/repository.ts";
import { Scratch } from "../helpers/scratch.ts";
import { bootGuest, type Outcome } from "./boot.ts";
import { differencesOfCarried } from "./carried.ts";
import { GUESTS, type Guest, type GuestArch } from "./matrix.ts";
import { makeImage, missingForGuests } from "./stage.ts";
import { absentText, failuresText, table } from "./table.ts";

/**
 * `npm run test:kernels [-- NAME[:quick]...]`: boots Debian's kernels in QEMU, runs the live suite inside each (or a
 * part of it, for CI), and prints a table. Exit 1 if anything differs, crashes, or takes too long; with
 * EBPF_MAP_REQUIRE_KERNEL=1, as in CI, also if a kernel or a program is missing here, which otherwise is said and
 * passed over.
 */
const required = process.env.EBPF_MAP_REQUIRE_KERNEL === "1";
/** A guest keeps one processor busy. */
const AT_ONCE = Number(process.env.EBPF_MAP_GUESTS_AT_ONCE ?? Math.min(2, availableParallelism()));
const guests = chosen(process.argv.slice(2));
const missing = missingForGuests(new Set(guests.map(({ arch }) => arch)));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
process.exitCode = missing.length > 0 ? lacking(missing) : await runGuests(guests);

function chosen(words: readonly string[]): readonly Guest[] {
  if (words.length === 0) return GUESTS;
  return words.map((word) => {
    const [name, part] = word.split(":");
    const guest = GUESTS.find((one) => one.name === name);
    if (guest === undefined || (part !== undefined && part !== "quick")) {
      throw new Error(`no guest is called ${word} (${GUESTS.map(({ name }) => name).join(", ")}, or NAME:quick)`);
    }
    return part === undefined ? guest : { ...guest, parameters: `quick_suite ${guest.parameters ?? ""}` };
  });
}

async function runGuests(guests: readonly Guest[]): Promise<number> {
  const kernels = fetchKernels(guests);
  const absent = guests.filter(({ kernel }) => !kernels.has(kernel));
  const rows: { guest: Guest; outcome: Outcome; seconds: number }[] = [];
  using scratch = new Scratch();
  process.on("exit", () => scratch[Symbol.dispose]());
  const images = new Map<GuestArch, string>();
  for (const { arch } of guests) if (!images.has(arch)) images.set(arch, await makeImage(scratch, arch));
  const queue = [...guests];
  const bootEach = async (): Promise<void> => {
    for (let guest = queue.shift(); guest !== undefined; guest = queue.shift()) {
      const [kernel, image] = [kernels.get(guest.kernel), images.get(guest.arch)];
      if (kernel === undefined || image === undefined) continue;
      const start = performance.now();
      const outcome = await comparedHere(await bootGuest(guest, kernel, image, scratch), scratch);
      rows.push({ guest, outcome, seconds: (performance.now() - start) / 1000 });
      process.stderr.write(`${guest.name}: ${Math.round((performance.now() - start) / 1000)} s\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, bootEach));
  rows.sort((a, b) => guests.indexOf(a.guest) - guests.indexOf(b.guest));
  process.stdout.write(`${table(rows)}\n${absentText(rows)}`);
  const failures = failuresText(rows);
  process.stderr.write(failures);
  const lack = absent.length === 0 ? 0 : lacking(absent.map(({ name, kernel }) => `the kernel of ${name} (${kernel})`));
  return failures === "" ? lack : 1;
}

/** An outcome with what this machine makes of the guest's snapshot. */
async function comparedHere(outcome: Outcome, scratch: Scratch): Promise<Outcome> {
  if ("crash" in outcome) return outcome;
  const { failures, carried } = outcome.result;
  return { result: { ...outcome.result, failures: [...failures, ...(await differencesOfCarried(scratch, carried))] } };
}

/** The path of each kernel that could be had, by what was asked for. */
function fetchKernels(guests: readonly Guest[]): Map<string, string> {
  const wanted = [...new Set(guests.map(({ kernel }) => kernel))];
  const args = [repositoryPath(".cache", "kernels"), ...wanted];
  const script = repositoryPath("test", "kernels", "fetch-kernels.sh");
  const { stdout } = spawnSync(script, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const lines = stdout.split("\n").filter((line) => line.includes("\t"));
  return new Map(lines.map((line) => line.split("\t") as [string, string]));
}

function lacking(what: readonly string[]): number {
  process.stderr.write(`${required ? "missing" : "skipped"}: test:kernels needs ${what.join(", ")}\n`);
  return required ? 1 : 0;
}
