import { findMaps } from "../../src/reader/find.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { type Measured, type Sample, sample, summary } from "./measure.ts";
import { type Row, range, ratioRow, timesText } from "./table.ts";

/** What is compared: the words that start each program. */
export interface Tools {
  readonly ours: readonly string[];
  readonly bpftool: string;
}

/** How much more than the kernel's own share a dump and queries of a large map take. */
export async function shareRows({ ours }: Tools, map: string, rounds: number): Promise<Row[]> {
  const words = ["pinned", map];
  const share = kernelShare(map, rounds);
  const got = await sample(
    {
      json: [...ours, "-j", "dump", ...words],
      ndjson: [...ours, "dump", ...words, "-o", "ndjson"],
      csv: [...ours, "dump", ...words, "-o", "csv"],
      where: [...ours, "dump", ...words, "-o", "ndjson", "--where", "value.st == ST_SYN"],
      count: [...ours, "dump", ...words, "--count-only"],
    },
    rounds,
  );
  return [
    { work: "the kernel's share of reading all entries", ...timesOf(share), goal: "" },
    { work: "share: --json", ...timesOf(got.json as Sample, share), goal: "1.75 x CPU, 1.4 x wall" },
    { work: "share: -o ndjson", ...timesOf(got.ndjson as Sample, share), goal: "0.58 s CPU" },
    { work: "share: -o csv", ...timesOf(got.csv as Sample, share), goal: "" },
    { work: "share: --where that keeps a quarter", ...timesOf(got.where as Sample, share), goal: "0.48 s CPU" },
    { work: "share: --count-only", ...timesOf(got.count as Sample, share), goal: "" },
  ];
}

/** A map of usual size: what it takes, and from how many entries on ebpf-map takes less than bpftool. */
export async function smallRows(
  { ours, bpftool }: Tools,
  { usual, one }: { readonly usual: string; readonly one: string },
  rounds: number,
): Promise<Row[]> {
  const words = ["-j", "map", "dump", "pinned"];
  const got = await sample(
    {
      ours: [...ours, ...words, usual],
      bpftool: [bpftool, ...words, usual],
      ourStart: [...ours, ...words, one],
      bpftoolStart: [bpftool, ...words, one],
    },
    rounds,
  );
  const [mine, theirs] = [got.ours as Sample, got.bpftool as Sample];
  const [myStart, theirStart] = [got.ourStart as Sample, got.bpftoolStart as Sample];
  const saved = (theirs.cpu - theirStart.cpu - (mine.cpu - myStart.cpu)) / 10_000;
  const even = (myStart.cpu - theirStart.cpu) / saved;
  return [
    ratioRow("small: 10,000 entries, max_entries 16,384, --json", mine, theirs, "1.3 x less CPU"),
    {
      work: "small: as much CPU as bpftool",
      ours: `from ${(Math.round(even / 100) * 100).toLocaleString("en")} entries on`,
      ...{ peer: "", ratio: "", range: "", peak: "", goal: "5,000" },
      samples: got,
    },
  ];
}

function timesOf(got: Sample, share?: Sample): Omit<Row, "work" | "goal"> {
  return {
    ours: timesText(got),
    peer: share === undefined ? "" : timesText(share),
    ratio:
      share === undefined
        ? ""
        : `${(got.cpu / share.cpu).toFixed(2)} x CPU, ${(got.wall / share.wall).toFixed(2)} x wall`,
    range: range(got),
    peak: got.peakMiB === 0 ? "" : `${got.peakMiB.toFixed(0)} MiB`,
    samples: got.runs,
  };
}

/** The times of the calls that read a map, in this process, where nothing is done with the entries. */
function kernelShare(path: string, rounds: number): Sample {
  const [map] = findMaps(new LinuxKernel(), { by: "pinned", path });
  if (map === undefined) throw new Error(`no map is pinned at ${path}`);
  const runs: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    const [from, used] = [performance.now(), process.cpuUsage()];
    using source = map.entries();
    while (source.next() !== undefined);
    const { user, system } = process.cpuUsage(used);
    runs.push({ wall: (performance.now() - from) / 1000, cpu: (user + system) / 1e6, peakMiB: 0 });
  }
  map[Symbol.dispose]();
  return summary(runs);
}
