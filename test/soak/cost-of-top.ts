import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fd } from "../../src/sys/fd.ts";
import { BPF_F_NO_PREALLOC } from "../../src/sys/map-flags.ts";
import { createMap, updateBatch } from "../helpers/bpf.ts";
import { waitFor } from "../helpers/compare.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { Scratch } from "../helpers/scratch.ts";
import { Tmux } from "../helpers/tmux.ts";

/**
 * `node test/run.mjs test/soak/cost-of-top.ts [--maps 500] [--slots 1000] [--seconds 20] [--no-prealloc]`: what a tick
 * of `top` costs in a terminal, in milliseconds of CPU, and its memory, with so many half full maps of so many slots.
 */
const maps = Number(option("maps") ?? 500);
const slots = Number(option("slots") ?? 1000);
const seconds = Number(option("seconds") ?? 20);
const flags = process.argv.includes("--no-prealloc") ? BPF_F_NO_PREALLOC : 0;
const program = option("program") ?? repositoryPath("bin", "ebpf-map.js");
const BATCH = 100_000;
/** Ticks of the clock in which the kernel counts CPU time are 10 ms. */
const TICK_MS = 10;
/** The seconds until owners have been found and everything is compiled. */
const SETTLED = 10;

using scratch = new Scratch();
for (let i = 0; i < maps; i++) halfFull(scratch);
const tmux = new Tmux(scratch, { width: 160, height: 50 });
await waitFor("a prompt", async () => tmux.screen().includes("prompt>") || undefined);
tmux.run(`exec ${process.execPath} ${program} top --where 'name == "cost"'`);
await waitFor("a screen with maps", async () => tmux.screen().includes("q quit") || undefined);
await sleep(SETTLED * 1000);
const before = cpuMs(tmux.pid());
const rss = memory(tmux.pid());
await sleep(seconds * 1000);
const perTick = (cpuMs(tmux.pid()) - before) / seconds;
process.stdout.write(
  `${maps} maps of ${slots} slots: ${perTick.toFixed(1)} ms of CPU a second, ${rss} KiB, then ${memory(tmux.pid())} KiB\n${tmux.screen().split("\n").slice(0, 5).join("\n")}\n`,
);

function halfFull(owner: Scratch): Fd {
  const map = owner.own(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: slots, name: "cost", flags }));
  const half = Math.floor(slots / 2);
  for (let from = 0; from < half; from += BATCH) {
    const count = Math.min(BATCH, half - from);
    const keys = Uint32Array.from({ length: count }, (_, i) => from + i);
    updateBatch(map, new Uint8Array(keys.buffer), new Uint8Array(8 * count), count);
  }
  return map;
}

function cpuMs(pid: number): number {
  const [, user = "0", system = "0"] =
    /\) \S+(?: \S+){10} (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  return (Number(user) + Number(system)) * TICK_MS;
}

function memory(pid: number): string {
  return /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "?";
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
