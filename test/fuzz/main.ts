import { Worker } from "node:worker_threads";
import { fuzz, type Progress, TARGETS } from "./fuzz.ts";

/**
 * `npm run fuzz -- [--minutes N] [--inputs N] [--seed N] [--target NAME] [--input N]`: feeds every target in turn, and
 * prints what was found. Exit 1 if anything was. An input that never comes back, or that takes more than 1.5 GiB, ends
 * the run with its number.
 */
const MOST_MEMORY = 1.5 * 2 ** 30;
const minutes = Number(option("minutes") ?? 1);
const seed = Number(option("seed") ?? Date.now() % 1_000_000_000);
const limit = Number(option("inputs") ?? Number.POSITIVE_INFINITY);
const only = option("target");
const single = option("input");
const targets = TARGETS.filter(({ name }) => only === undefined || name === only);
const progress = watchedProgress();
let [inputs, findings] = [0, 0];
for (const target of targets) {
  const until = performance.now() + (minutes * 60_000) / targets.length;
  const goOn = (done: number): boolean => (single === undefined ? done < limit && performance.now() < until : done < 1);
  const tally = await fuzz(target, single === undefined ? seed : Number(single), goOn, progress);
  inputs += tally.inputs;
  findings += tally.findings.length;
  process.stdout.write(
    `${target.name}: ${tally.inputs} inputs, ${tally.deep} past the first checks, slowest ${Math.round(tally.slowest)} ms, ${tally.findings.length} findings\n`,
  );
  for (const { number, problem } of tally.findings.slice(0, 5)) {
    process.stdout.write(`  --target '${target.name}' --input ${number}: ${problem.slice(0, 1000)}\n`);
  }
}
process.stdout.write(`${inputs} inputs from seed ${seed}, ${findings} findings, ${peakMegabytes()} MB at most\n`);
process.exit(findings === 0 ? 0 : 1);

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** A thread that sees when an input takes a minute, or much memory: this one could not say so itself. */
function watchedProgress(): Progress {
  const state = new Int32Array(new SharedArrayBuffer(12));
  const names = targets.map(({ name }) => name);
  const code = `
    const { workerData: { state, names } } = require("node:worker_threads");
    let last = -1, since = Date.now();
    setInterval(() => {
      const steps = Atomics.load(state, 0);
      if (steps !== last) [last, since] = [steps, Date.now()];
      if (Date.now() - since > 60000) end("does not end");
      if (process.memoryUsage.rss() > ${MOST_MEMORY}) end("takes too much memory");
    }, 100);
    function end(problem) {
      const where = "--target '" + names[Atomics.load(state, 1)] + "' --input " + Atomics.load(state, 2);
      require("node:fs").writeSync(1, "FOUND an input that " + problem + ": " + where + "\\n");
      process.kill(process.pid, "SIGKILL");
    }`;
  new Worker(code, { eval: true, workerData: { state, names } }).unref();
  return (target, number) => {
    Atomics.store(state, 1, names.indexOf(target.name));
    Atomics.store(state, 2, number);
    Atomics.add(state, 0, 1);
  };
}

function peakMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
