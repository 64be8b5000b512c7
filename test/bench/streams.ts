import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { bpftoolPath } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { Scratch } from "../helpers/scratch.ts";
import { loadStreams, type Streams, until } from "../helpers/streams.ts";

/**
 * Event streams under load: a program in the kernel writes 48-byte events, paced or as fast as it can, and a command
 * reads them. Prints how many arrived, how many didn't, and the command's CPU time. Needs root, clang and bpftool.
 */
interface Work {
  readonly name: string;
  readonly command: readonly string[];
  readonly program: string;
  readonly events: number;
  /** Nanoseconds between events; 0 for as fast as it can. */
  readonly interval: number;
  /** How many events the command's output says it got; its last line on stderr does. */
  readonly received?: (stdout: string) => number;
}

const OURS = [process.execPath, repositoryPath("bin", "ebpf-map.js")];
const TICKS_PER_SECOND = 100;

function works({ map }: Streams): Work[] {
  const ring = ["events", "pinned", map("large_ring"), "--consume", "--type", "struct event"];
  const group = [
    ...OURS,
    ...ring,
    "--group-by",
    "value.comm",
    "--agg",
    "count(),sum(value.bytes)",
    "--total",
    "-o",
    "json",
  ];
  const ndjson = [...OURS, ...ring, "-o", "ndjson"];
  const pipe = [...OURS, "events", "pinned", map("pipe"), "--attach", "--type", "struct event", "-o", "ndjson"];
  const theirs = [bpftoolPath("7.8"), "map", "event_pipe", "pinned", map("pipe")];
  const ours = [...OURS, "event_pipe", "pinned", map("pipe"), "--attach"];
  const samples = (stdout: string): number => stdout.split("\n== @").length - 1 + Number(stdout.startsWith("== @"));
  return [
    { name: "ring, groups, 1M/s", command: group, program: "emit_large_paced", events: 2_000_000, interval: 1000 },
    { name: "ring, groups, full speed", command: group, program: "emit_large", events: 10_000_000, interval: 0 },
    { name: "ring, NDJSON, 1M/s", command: ndjson, program: "emit_large_paced", events: 2_000_000, interval: 1000 },
    { name: "ring, NDJSON, full speed", command: ndjson, program: "emit_large", events: 10_000_000, interval: 0 },
    { name: "perf, NDJSON, 300k/s", command: pipe, program: "emit_perf_paced", events: 600_000, interval: 3333 },
    ...[100, 300].flatMap((thousand) => {
      const load = { program: "emit_perf_paced", events: thousand * 1500, interval: 1e6 / thousand, received: samples };
      return [
        { name: `perf, event_pipe, ${thousand}k/s`, command: ours, ...load },
        { name: `perf, bpftool event_pipe, ${thousand}k/s`, command: theirs, ...load },
      ];
    }),
  ];
}

/** Runs one work and returns its line of the table. */
async function measure(fixture: Streams, work: Work): Promise<string> {
  fixture.setInterval(work.interval);
  const counts = work.received !== undefined;
  const stdio = ["ignore", counts ? "pipe" : "ignore", "pipe"] as const;
  const reader = spawn(work.command[0] ?? "", work.command.slice(1), { stdio: [...stdio] });
  try {
    const output = collect(reader);
    await ready(fixture, work, reader);
    const idle = cpuSeconds(reader);
    const dropped = fixture.dropped();
    const start = performance.now();
    await fixture.emit(work.program, work.events, 0);
    const seconds = (performance.now() - start) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const cpu = cpuSeconds(reader) - idle;
    reader.kill("SIGINT");
    const { stdout, stderr } = await output;
    const received = work.received?.(stdout) ?? Number(/^(\d+) events/m.exec(stderr)?.[1]);
    const turnedDown = fixture.dropped() - dropped;
    const rate = Math.round(received / seconds / 1000);
    const missing = ((100 * Math.max(0, work.events - received)) / work.events).toFixed(1);
    const perEvent = ((1e9 * cpu) / received).toFixed(0);
    return `| ${work.name} | ${received} of ${work.events} | ${missing} % | ${rate}k/s | ${cpu.toFixed(2)} s (${perEvent} ns an event) | ${turnedDown} |`;
  } finally {
    reader.kill("SIGKILL");
  }
}

/** Waits until the reader reads: what it costs to start is not counted. */
async function ready(fixture: Streams, { program }: Work, reader: ChildProcess): Promise<void> {
  if (program.startsWith("emit_perf")) {
    await until("the reader is there", async () => (await fixture.emit("emit_perf", 1, 0)) === 0);
  } else {
    await until("the reader is there", () => /rings?|bpf-map/.test(openFiles(reader)));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
}

function openFiles({ pid }: ChildProcess): string {
  return readFileSync(`/proc/${pid}/maps`, "latin1").includes("bpf-map") ? "bpf-map" : "";
}

function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** What a program prints. Events that needn't be counted go to /dev/null. */
function collect(reader: ChildProcess): Promise<{ stdout: string; stderr: string }> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  reader.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk.toString("latin1")));
  reader.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk.toString("latin1")));
  return new Promise((resolve) => {
    reader.on("close", () => resolve({ stdout: stdout.join(""), stderr: stderr.join("") }));
  });
}

using scratch = new Scratch();
const fixture = await loadStreams(scratch);
process.stdout.write(
  "| work | received | missing | rate | CPU of the reader | turned down in the kernel |\n|---|---|---|---|---|---|\n",
);
for (const work of works(fixture)) process.stdout.write(`${await measure(fixture, work)}\n`);
