import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What one run of a command took: seconds of wall and of processor time, and its peak of resident memory in MiB. */
export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly peakMiB: number;
}

/** Several runs of one command, and their medians. */
export interface Sample {
  readonly runs: readonly Measured[];
  readonly wall: number;
  readonly cpu: number;
  readonly peakMiB: number;
}

/** Certificates that Node is told of take it longer to read than all the rest of its start, at each start. */
const ENV: NodeJS.ProcessEnv = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };

/** Between two looks at the peak that the kernel keeps of a process's memory. */
const LOOK_MS = 10;

/**
 * How commands are run: whether they may end with another status than 0, and where their output goes, in words of a
 * shell.
 */
interface Running {
  readonly mayFail?: boolean;
  readonly into?: string;
}

/**
 * Runs commands in turns, so that all of them meet the same noise. Throws where one ends with another status than 0,
 * unless `mayFail`. What a pipe leads to counts with the command.
 */
export async function sample(
  commands: Readonly<Record<string, readonly string[]>>,
  rounds: number,
  running: Running = {},
): Promise<Record<string, Sample>> {
  const runs: Record<string, Measured[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      runs[name] ??= [];
      runs[name].push(await measure(command, running));
    }
  }
  return Object.fromEntries(Object.entries(runs).map(([name, of]) => [name, summary(of)]));
}

export function summary(runs: readonly Measured[]): Sample {
  const median = (pick: (run: Measured) => number): number => {
    const sorted = runs.map(pick).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    runs,
    wall: median((run) => run.wall),
    cpu: median((run) => run.cpu),
    peakMiB: Math.max(...runs.map((run) => run.peakMiB)),
  };
}

/** The shell's own `time` reports on the command alone, its children included. */
async function measure(
  command: readonly string[],
  { mayFail = false, into = "> /dev/null" }: Running,
): Promise<Measured> {
  const script = `TIMEFORMAT='%R %U %S'; set -o pipefail; time "$@" ${into}`;
  const child = spawn("bash", ["-c", script, "bash", ...command], { stdio: ["ignore", "ignore", "pipe"], env: ENV });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOfChild(child.pid ?? 0));
  }, LOOK_MS);
  const status = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  clearInterval(watch);
  const times = /([\d.]+) ([\d.]+) ([\d.]+)\s*$/.exec(stderr);
  if (times === null || (status !== 0 && !mayFail))
    throw new Error(`${command.join(" ")}: status ${status}\n${stderr}`);
  const [wall = 0, user = 0, system = 0] = times.slice(1).map(Number);
  return { wall, cpu: user + system, peakMiB: peak / 1024 };
}

/** VmHWM of the command that the shell runs, in KiB; 0 once it is gone. */
function peakOfChild(shell: number): number {
  try {
    const child = readFileSync(`/proc/${shell}/task/${shell}/children`, "latin1").trim().split(" ")[0];
    const status = readFileSync(`/proc/${child}/status`, "latin1");
    return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
