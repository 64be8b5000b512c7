import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pinObject } from "../helpers/bpf.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { sample } from "./measure.ts";
import { referenceMap } from "./reference-map.ts";

/**
 * What a program on the SDK costs against the command for the same work on the reference map: CPU seconds of whole
 * processes, medians of runs in turns. Root, after a build; `node test/run.mjs test/bench/sdk-forms.ts [WORD] [ROUNDS]`
 * measures the rows that have that word.
 */
const ENTRIES = 1_000_000;
const [, , only = "", rounds = "5"] = process.argv;
const WHERE = "value.packets > 1000 && value.st == ST_ESTABLISHED";
/** A thousandth is kept. */
const FEW = "value.packets < 18446744073709551u";
const SDK = pathToFileURL(repositoryPath("dist", "index.js")).href;
const PINS = `/sys/fs/bpf/ebpf-map-sdk-bench-${process.pid}`;
const MAP = join(PINS, "ref");

interface Form {
  readonly work: string;
  readonly command: readonly string[];
  /** The body of a program, with `map` open. */
  readonly program: string;
}

const toNowhere =
  "const { createWriteStream } = await import('node:fs'); const { pipeline } = await import('node:stream/promises');";

function forms(folder: string): Form[] {
  const where = JSON.stringify(WHERE);
  const [dump, saved] = [["dump", "pinned", MAP], join(folder, "ref.ndjson")];
  const stream = (options: string): string =>
    `${toNowhere} await pipeline(map.toReadable(${options}), createWriteStream("/dev/null"));`;
  return [
    { work: "open", command: ["list", "pinned", MAP], program: "" },
    {
      work: "entries with where, few kept",
      command: [...dump, "--where", FEW, "-o", "ndjson"],
      program: `for await (const _ of map.entries({ where: ${JSON.stringify(FEW)} }));`,
    },
    {
      work: "count with where",
      command: [...dump, "--where", WHERE, "--count-only"],
      program: `await map.count({ where: ${where} });`,
    },
    {
      work: "entries with where",
      command: [...dump, "--where", WHERE, "-o", "ndjson"],
      program: `for await (const _ of map.entries({ where: ${where} }));`,
    },
    {
      work: "toReadable ndjson with where",
      command: [...dump, "--where", WHERE, "-o", "ndjson"],
      program: stream(`{ format: "ndjson", where: ${where} }`),
    },
    {
      work: "toReadable ndjson",
      command: [...dump, "-o", "ndjson"],
      program: stream('{ format: "ndjson" }'),
    },
    {
      work: "writing of ready bytes, as many as of toReadable ndjson",
      command: [...dump, "-o", "ndjson"],
      program: `${toNowhere} const { Readable } = await import("node:stream"); const chunk = Buffer.alloc(262144); let left = 946;
        await pipeline(new Readable({ read() { this.push(left-- > 0 ? chunk : null); } }), createWriteStream("/dev/null"));`,
    },
    { work: "entries", command: [...dump, "-o", "ndjson"], program: "for await (const _ of map.entries());" },
    { work: "entriesSync", command: [...dump, "-o", "ndjson"], program: "for (const _ of map.entriesSync());" },
    {
      work: "entries select sort top",
      command: [
        ...dump,
        "--select",
        "key.saddr,value.packets",
        "--sort",
        "value.packets:desc",
        "--top",
        "10",
        "-o",
        "ndjson",
      ],
      program:
        'await map.entries({ select: ["key.saddr", "value.packets"], sort: "value.packets:desc", top: 10 }).toArray();',
    },
    {
      work: "entries groupBy",
      command: [...dump, "--group-by", "value.st", "--agg", "count(),sum(value.packets)", "-o", "ndjson"],
      program: 'await map.entries({ groupBy: "value.st", agg: "count(),sum(value.packets)" }).toArray();',
    },
    {
      work: "save",
      command: ["save", "pinned", MAP, saved, "--force"],
      program: `await sdk.save(map, ${JSON.stringify(saved)}, { force: true });`,
    },
    {
      work: "diff, all equal",
      command: ["diff", "pinned", MAP, "pinned", MAP],
      program: "for await (const _ of sdk.diff(map, map));",
    },
    {
      work: "watch, first read",
      command: ["watch", "pinned", MAP, "--count", "1"],
      program: "for await (const _ of sdk.watch(map, { reads: 1 }));",
    },
    { work: "stats", command: ["stats", "pinned", MAP], program: "await sdk.stats(map);" },
  ].filter(({ work }) => work.includes(only));
}

const folder = mkdtempSync(join(tmpdir(), "ebpf-map-sdk-bench-"));
mkdirSync(PINS);
try {
  const map = referenceMap(ENTRIES);
  pinObject(map, MAP);
  map.close();
  for (const { work, command, program } of forms(folder)) {
    const text = `import * as sdk from ${JSON.stringify(SDK)}; const map = sdk.openMap({ pinned: ${JSON.stringify(MAP)} }); ${program} map.close();`;
    const { ours, sdk } = await sample(
      {
        ours: [process.execPath, repositoryPath("bin", "ebpf-map.js"), ...command],
        sdk: [process.execPath, "--input-type=module", "-e", text],
      },
      Number(rounds),
    );
    if (ours === undefined || sdk === undefined) continue;
    const times = `command ${ours.cpu.toFixed(2)} s, program ${sdk.cpu.toFixed(2)} s`;
    process.stdout.write(
      `${work}: ${times}, ${(sdk.cpu / ours.cpu).toFixed(2)} x (wall ${(sdk.wall / ours.wall).toFixed(2)} x, peak ${sdk.peakMiB.toFixed(0)} MiB)\n`,
    );
  }
} finally {
  rmSync(PINS, { recursive: true });
  rmSync(folder, { recursive: true });
}
