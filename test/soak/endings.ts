import { setTimeout as sleep } from "node:timers/promises";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { waitFor } from "../helpers/compare.ts";
import { Random } from "../helpers/random.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { Scratch } from "../helpers/scratch.ts";
import { TerminalSession } from "../helpers/terminal-session.ts";

/**
 * `node test/run.mjs test/soak/endings.ts [--number 200] [--seed N] [--program bin/ebpf-map.js]`: starts `top` and
 * `watch` in a terminal, presses keys, resizes and suspends at random, ends them in one of many ways, and looks each
 * time whether the terminal is the shell's again. Exit 1 if it wasn't.
 */
const number = Number(option("number") ?? 200);
const seed = Number(option("seed") ?? Date.now() % 2 ** 31);
const program = option("program") ?? repositoryPath("bin", "ebpf-map.js");
const random = new Random(seed);
const ENDINGS = ["q", "Escape", "C-c", "SIGINT", "SIGTERM", "SIGHUP", "gone", "C-z"] as const;
type Ending = (typeof ENDINGS)[number];
const KEYS = [
  "s",
  "1",
  "<",
  "S",
  "r",
  "p",
  "Down",
  "Up",
  "G",
  "g",
  "+",
  "-",
  "?",
  "NPage",
  "i",
  "Enter",
  "/",
  "Tab",
  "x",
] as const;
/** The time that keys have to be taken, so that some are still waiting when the end comes. */
const MOST_MS = 300;

const SIZE = { width: 100, height: 20 };

process.exitCode = await endings();

async function endings(): Promise<number> {
  using scratch = new Scratch();
  let session = await TerminalSession.open(scratch.own(new Scratch()), SIZE);
  const counts = new Map<string, number>();
  let failed = 0;
  for (let i = 0; i < number; i++) {
    const ending = random.pick(ENDINGS);
    const trail: string[] = [];
    try {
      await once(session, ending, trail);
    } catch (error) {
      failed += 1;
      process.stdout.write(`${i}: ${trail.join(" ")} ${ending}: ${error instanceof Error ? error.message : error}\n`);
      session = await TerminalSession.open(scratch.own(new Scratch()), SIZE);
    }
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const each = [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
  process.stdout.write(`seed ${seed}: ${number - failed} of ${number} endings gave the terminal back (${each})\n`);
  return failed === 0 ? 0 : 1;
}

async function once(session: TerminalSession, ending: Ending, trail: string[]): Promise<void> {
  using scratch = new Scratch();
  const map = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 64, name: "endings" }));
  for (let i = 0; i < 40; i++) updateElement(map, Uint8Array.of(i, 0, 0, 0), new Uint8Array(8));
  const { id } = new LinuxKernel().mapInfo(map);
  const command = ending === "gone" ? "watch" : random.pick(["watch", "top"] as const);
  trail.push(command);
  session.tmux.run("clear");
  session.tmux.run(`${process.execPath} ${program} ${command} id ${id} --interval 50ms; echo ended`);
  await session.screen("q quit", "endings");
  for (let left = random.between(0, 4); left > 0; left--) {
    const key = random.pick(KEYS);
    trail.push(key);
    session.press(key);
    if (random.between(0, 3) === 0) session.tmux.resize(random.between(1, 160), random.between(2, 40));
    await sleep(random.between(0, MOST_MS));
  }
  // In a prompt, q is a letter.
  if (ending === "q" && trail.includes("/")) session.press("C-u", "Enter");
  await end(session, ending, map);
  session.tmux.resize(100, 20);
  await session.screen(ending === "C-z" ? "prompt>" : /ended|prompt>/);
  await session.expectRestored();
}

async function end(session: TerminalSession, ending: Ending, map: Disposable): Promise<void> {
  switch (ending) {
    case "gone":
      session.press("Escape", "Escape");
      map[Symbol.dispose]();
      return;
    case "SIGINT":
    case "SIGTERM":
    case "SIGHUP":
      process.kill(session.tmux.child("node"), ending);
      return;
    case "C-z":
      session.press("C-z");
      session.tmux.resize(100, 20);
      await session.screen(/Stopped|Suspended|suspended/);
      await session.expectRestored();
      session.tmux.run("fg");
      await waitFor("the screen again", async () => session.tmux.isAlternate() || undefined);
      session.press("C-c");
      return;
    default:
      // A page or a prompt may be open: each takes one of them.
      for (let i = 0; i < 4 && session.tmux.isAlternate(); i++) {
        session.press(ending);
        await sleep(MOST_MS);
      }
  }
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
