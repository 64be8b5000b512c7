import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { LinuxStreamKernel } from "../../src/sys/events/linux.ts";
import { bpftoolPath } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { Scratch } from "../helpers/scratch.ts";
import { loadStreams, type Streams, until } from "../helpers/streams.ts";
import { BenchReader } from "./bench-reader.ts";

/**
 * Event streams under load: a program in the kernel writes 48-byte events on one CPU, by a schedule or as fast as it
 * can, and a command reads them on another. Prints how many were produced a second, how many arrived, and what the
 * command took of its CPU. `node test/run.mjs test/bench/streams.ts [WORK]`, where WORK is a part of a name. Needs
 * root, two CPUs, clang and bpftool.
 */
interface Work {
  readonly name: string;
  readonly command: readonly string[];
  readonly program: string;
  readonly events: number;
  /** Events a second; Infinity for as many as it can, 0 for none: then the reader waits. */
  readonly rate: number;
  /** How many events the command's output says it got; without it, the last line on stderr does. */
  readonly received?: (stdout: string) => number;
}

const IDLE_SECONDS = 10;
const OURS = [process.execPath, repositoryPath("bin", "ebpf-map.js")];
const GROUPS = "--group-by value.comm --agg count(),sum(value.bytes),max(value.seq) --window 1s -o ndjson".split(" ");
const MILLION = 1_000_000;

function works({ map }: Streams): Work[] {
  const typed = ["--type", "struct event"];
  const passive = [...OURS, "events", "pinned", map("large_ring"), ...typed];
  const ring = [...passive, "--consume"];
  const ndjson = [...ring, "-o", "ndjson"];
  const pipe = [...OURS, "events", "pinned", map("pipe"), "--attach", "--pages", "1024", ...typed, "-o", "ndjson"];
  const rings = { program: "emit_large_paced", rate: 1.05 * MILLION, events: 10.5 * MILLION };
  const full = { program: "emit_large", rate: Number.POSITIVE_INFINITY, events: 50 * MILLION };
  const pipes = [100_000, 300_000].flatMap((rate) => {
    const load = { program: "emit_perf_paced", events: 3 * rate, rate, received: samples };
    const words = ["pinned", map("pipe")];
    return [
      { name: "perf, event_pipe", command: [...OURS, "event_pipe", ...words, "--attach"], ...load },
      { name: "perf, bpftool event_pipe", command: [bpftoolPath("7.8"), "map", "event_pipe", ...words], ...load },
    ];
  });
  return [
    { name: "ring, groups", command: [...ring, ...GROUPS], ...rings },
    { name: "ring, NDJSON", command: ndjson, ...rings },
    { name: "ring, groups", command: [...ring, ...GROUPS], ...full },
    { name: "ring, NDJSON", command: ndjson, ...full },
    { name: "perf, NDJSON", command: pipe, program: "emit_perf_paced", events: 3 * MILLION, rate: 300_000 },
    ...pipes,
    { name: "ring, passive, idle", command: passive, program: "emit_large", events: 0, rate: 0 },
    { name: "ring, consuming, idle", command: ring, program: "emit_large", events: 0, rate: 0 },
    { name: "perf, idle", command: pipe, program: "emit_perf", events: 0, rate: 0 },
  ];
}

function samples(stdout: string): number {
  return stdout.split("\n== @").length - 1 + Number(stdout.startsWith("== @"));
}

/** Runs one work and returns its line of the table. */
async function measure(fixture: Streams, work: Work, output: string): Promise<string> {
  const [producerCpu, readerCpu] = cpus();
  const stdout = openSync(work.received === undefined ? "/dev/null" : output, "w");
  using reader = new BenchReader(work.command, readerCpu, stdout);
  closeSync(stdout);
  // What it costs to start is not counted, nor what was sent to see whether it reads.
  const sent = await ready(fixture, work, reader, producerCpu);
  const idle = reader.cpuSeconds();
  const start = performance.now();
  if (work.rate === 0) await setTimeout(1000 * IDLE_SECONDS);
  else {
    fixture.setInterval(Math.floor(1e9 / work.rate));
    await fixture.emit(work.program, work.events, producerCpu);
  }
  const seconds = (performance.now() - start) / 1000;
  await setTimeout(500);
  const cpu = reader.cpuSeconds() - idle;
  const memory = reader.ownMemory();
  const stderr = await reader.end();
  const total = work.received?.(readFileSync(output, "latin1")) ?? Number(/^(\d+) events?/m.exec(stderr)?.[1]);
  const received = Math.min(work.events, total - sent);
  const lost = work.events - received;
  const share = ((100 * lost) / Math.max(1, work.events)).toFixed(1);
  const each = received === 0 ? "" : `, ${((1e9 * cpu) / received).toFixed(0)} ns an event`;
  const columns = [
    work.name,
    `${Math.round(work.events / seconds / 1000)}k/s for ${seconds.toFixed(1)} s`,
    `${received} of ${work.events}`,
    `${lost} (${share} %)`,
    `${((100 * cpu) / seconds).toFixed(work.rate === 0 ? 2 : 0)} % of a CPU${each}`,
    `${memory} MiB`,
  ];
  return `| ${columns.join(" | ")} |`;
}

/** The producer's CPU and the reader's. */
function cpus(): [number, number] {
  const [producer, reader] = new LinuxStreamKernel().onlineCpus();
  if (producer === undefined || reader === undefined) throw new Error("needs two CPUs");
  return [producer, reader];
}

/** Waits until the reader reads; returns how many events it may have got by that. */
async function ready(fixture: Streams, { program }: Work, reader: BenchReader, cpu: number): Promise<number> {
  const isPerf = program.startsWith("emit_perf");
  let sent = 0;
  await until("the reader is there", async () => {
    if (!isPerf) return reader.maps().includes("bpf-map");
    sent = Number((await fixture.emit("emit_perf", 1, cpu)) === 0);
    return sent === 1;
  });
  await setTimeout(500);
  return sent;
}

using scratch = new Scratch();
const fixture = await loadStreams(scratch);
process.stdout.write("| work | produced | received | lost | the reader's CPU | memory |\n|---|---|---|---|---|---|\n");
const [, , wanted = ""] = process.argv;
for (const work of works(fixture).filter(({ name }) => name.includes(wanted))) {
  process.stdout.write(`${await measure(fixture, work, join(scratch.folder, "output"))}\n`);
}
