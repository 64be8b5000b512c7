import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { waitFor } from "../helpers/compare.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { Scratch } from "../helpers/scratch.ts";
import { Tmux } from "../helpers/tmux.ts";
import { ChangingMap } from "./changing-map.ts";
import { growthOf, type Sample, sampleOf } from "./samples.ts";

/**
 * `npm run soak -- [--minutes 30] [--interval 100] [--entries 5000] [--program bin/ebpf-map.js]`: watches a map that
 * changes all the time, on a terminal and into a pipe, and looks each minute at the memory and the descriptors of both.
 * Exit 1 if either has grown. SIGINT or SIGTERM end it early, with the figures so far.
 */
const minutes = Number(option("minutes") ?? 30);
const interval = Number(option("interval") ?? 100);
const entries = Number(option("entries") ?? 5000);
const program = option("program") ?? repositoryPath("bin", "ebpf-map.js");
const CHANGES_MS = 50;

const end = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end.abort());
process.exitCode = await soak();

async function soak(): Promise<number> {
  using scratch = new Scratch();
  const changing = scratch.own(new ChangingMap(entries));
  const steps = setInterval(() => changing.step(), CHANGES_MS);
  scratch.own({ [Symbol.dispose]: () => clearInterval(steps) });
  const words = ["watch", "id", String(new LinuxKernel().mapInfo(changing.map).id), "--interval", `${interval}ms`];
  const pipe = watchInPipe(scratch, words);
  const terminal = await watchOnTerminal(scratch, words);
  const samples = { pipe: [] as Sample[], terminal: [] as Sample[] };
  for (let minute = 0; minute <= minutes && !end.signal.aborted; minute++) {
    if (minute > 0) await sleep(60_000, undefined, { signal: end.signal }).catch(() => undefined);
    samples.pipe.push(sampleOf(pipe.pid, minute));
    samples.terminal.push(sampleOf(terminal.pid, minute));
    say(minute, "pipe", samples.pipe, `${pipe.reads()} reads, ${Math.round(pipe.seconds() / (interval / 1000))} due`);
    say(minute, "terminal", samples.terminal, `${terminal.skipped()} skipped`);
  }
  const grown = Object.entries(samples).flatMap(
    ([name, of]) => growthOf(of)?.replace(/^/, `${name} has grown: `) ?? [],
  );
  process.stdout.write(grown.length === 0 ? "nothing has grown\n" : `${grown.join("\n")}\n`);
  return grown.length === 0 ? 0 : 1;
}

function say(minute: number, name: string, samples: readonly Sample[], ticks: string): void {
  const last = samples.at(-1);
  process.stdout.write(`${minute} min, ${name}: ${last?.resident} KiB, ${last?.descriptors} descriptors, ${ticks}\n`);
}

/** Lines of JSON: each read has changes to tell, so the times in them are the reads. */
function watchInPipe(scratch: Scratch, words: readonly string[]) {
  const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  scratch.own({ [Symbol.dispose]: () => child.kill("SIGKILL") });
  let [reads, time, start] = [0, "", 0];
  let rest = "";
  child.stdout.setEncoding("latin1").on("data", (chunk: string) => {
    start ||= performance.now();
    const text = rest + chunk;
    rest = text.slice(text.lastIndexOf("\n") + 1);
    for (const [, found = ""] of text.matchAll(/^\{"time":"([^"]+)".*\n/gm)) {
      if (found !== time) reads += 1;
      time = found;
    }
  });
  const seconds = (): number => (start === 0 ? 0 : (performance.now() - start) / 1000);
  return { pid: child.pid ?? 0, reads: () => reads, seconds };
}

async function watchOnTerminal(scratch: Scratch, words: readonly string[]) {
  const tmux = new Tmux(scratch, { width: 120, height: 30 });
  await waitFor("a prompt", async () => tmux.screen().includes("prompt>") || undefined);
  tmux.run(`exec ${process.execPath} ${program} ${words.join(" ")}`);
  await waitFor("a screen with rows", async () => tmux.screen().includes("q quit") || undefined);
  return { pid: tmux.pid(), skipped: () => Number(/(\d+) skipped/.exec(tmux.screen())?.[1] ?? 0) };
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
