import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createMap, pinObject, updateElement } from "../helpers/bpf.ts";
import { repositoryPath } from "../helpers/repository.ts";
import type { Row } from "./table.ts";

const STABLE = 20_000;
const CHURNED = 4000;
/** A dump of a map that changes need not end: after this it is stopped. */
const PATIENCE_MS = 10_000;

interface Verdict {
  sound: number;
  unended: number;
  lost: number;
  repeated: number;
}

/** Dumps of a hash that two processes hammer, by both tools in turns: how many ended with every untouched key once. */
export async function churnRows(
  ours: readonly string[],
  bpftool: string,
  pins: string,
  rounds: number,
): Promise<Row[]> {
  const program = [repositoryPath("test", "run.mjs"), repositoryPath("test", "helpers", "churner.ts")];
  const maxEntries = STABLE + 2 * CHURNED;
  using map = createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries, flags: 1, name: "churned" });
  for (let n = 0; n < STABLE; n++) updateElement(map, keyOf(n), new Uint8Array(8));
  const path = join(pins, "churned");
  pinObject(map, path);
  const churners = [STABLE, STABLE + CHURNED].map((first) =>
    spawn(process.execPath, [...program, path, "4", "8", String(first), String(CHURNED)], {
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  try {
    for (const churner of churners) await once(churner.stdout, "data");
    const mine: Verdict = { sound: 0, unended: 0, lost: 0, repeated: 0 };
    const theirs: Verdict = { ...mine };
    for (let round = 0; round < rounds; round++) {
      judge([...ours, "-j", "map", "dump", "pinned", path], mine);
      judge([bpftool, "-j", "map", "dump", "pinned", path], theirs);
    }
    const say = ({ sound, unended, lost, repeated }: Verdict): string =>
      `${sound} of ${rounds} sound (${unended} without end, ${lost} keys lost, ${repeated} repeated)`;
    const common = { ratio: "", range: "", peak: "", goal: "all sound", samples: { mine, theirs } };
    return [{ work: `churn: dumps of ${STABLE} untouched keys`, ours: say(mine), peer: say(theirs), ...common }];
  } finally {
    for (const churner of churners) churner.kill("SIGKILL");
  }
}

function judge(command: readonly string[], verdict: Verdict): void {
  const [program = "", ...args] = command;
  const run = spawnSync(program, args, { timeout: PATIENCE_MS, maxBuffer: 1 << 28, killSignal: "SIGKILL" });
  if (run.signal !== null || run.error !== undefined) {
    verdict.unended += 1;
    return;
  }
  const times = new Array<number>(STABLE).fill(0);
  for (const match of run.stdout.toString("latin1").matchAll(/"key":\["0x(..)","0x(..)","0x(..)","0x(..)"\]/g)) {
    const [a = "", b = "", c = "", d = ""] = match.slice(1);
    const n = Number.parseInt(d + c + b + a, 16);
    if (n < STABLE) times[n] = (times[n] ?? 0) + 1;
  }
  const lost = times.filter((count) => count === 0).length;
  const repeated = times.filter((count) => count > 1).length;
  verdict.lost += lost;
  verdict.repeated += repeated;
  if (lost + repeated === 0) verdict.sound += 1;
}

function keyOf(n: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(n).buffer);
}
