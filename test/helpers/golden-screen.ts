import { expect } from "vitest";
import { repositoryPath } from "./repository.ts";

/** Compares a screen, without what differs from run to run, with `golden/screens/NAME.txt`. */
export async function expectGoldenScreen(screen: string, name: string, ids: readonly number[]): Promise<void> {
  await expect(steady(screen, ids)).toMatchFileSnapshot(repositoryPath("golden", "screens", `${name}.txt`));
}

/**
 * Returns a screen with letters in place of ids, times and rates, and two blanks in place of more: what is as wide as
 * they are moves what stands beside it.
 */
export function steady(screen: string, ids: readonly number[]): string {
  const lines = screen.trimEnd().split("\n");
  const head = lines.findIndex((line) => /^ .*\/s(?!\S)/.test(line) && !/\d\/s/.test(line));
  const rates =
    head < 0
      ? []
      : Array.from((lines[head] ?? "").matchAll(/\S*\/s(?!\S)/g), ({ index, 0: text }) => index + text.length);
  return `${lines
    .map((line, i) => (i > head && head >= 0 ? withoutRates(line, rates) : line))
    .map((line) =>
      line
        .replace(/\b\d+\b/g, (number) => (ids.includes(Number(number)) ? "ID" : number))
        .replace(/\d\d:\d\d:\d\d/g, "HH:MM:SS")
        .replace(/ in [\d.]+ ms/g, " in N ms")
        .replace(/[▁-█]{2,}|(?<= )[▁-█](?= |$)/g, "BARS")
        .replace(/\d{10,}/g, "NANOSECONDS")
        // A process that is about to start another is two.
        .replace(/\b(\w+)\(\d+\), (?=\1\(\d+\))/g, "")
        .replace(/\(\d+\)(?=, pass)/g, "(PID)")
        .replace(/^process .*\(\d+\)/, "process NAME(PID)")
        .replace(/^(program pass {2}id) \d+/, "$1 N")
        .replace(/^pinned at \/.*\//, "pinned at FOLDER/")
        .replace(/btf_id \d+/, "btf_id N")
        .replace(/memlock \d+B/, "memlock N")
        .replace(/[\d.]+ (?:[KM]iB|B)(?= |$)/g, "MEMORY")
        .replace("orphaned?", "orphaned")
        .replace(/^Warning: owners may be missing.*/, "")
        .replace(/BARS [\d.]+k?/g, "BARS R")
        .replace(/[+-][\d.]+k?\/s/g, "+R/s")
        .replace(/ {3,}/g, "  ")
        .trimEnd(),
    )
    .join("\n")
    // The same in a list of processes.
    .replace(/^(process NAME\(PID\).*\n)(?:process NAME\(PID\).*\n)+/gm, "$1")}\n`;
}

/** The texts that end at these columns are rates. */
function withoutRates(line: string, ends: readonly number[]): string {
  return ends.reduceRight((text, end) => {
    const [before, behind] = [text.slice(0, end), text.slice(end)];
    return /^\s|^$/.test(behind) ? before.replace(/[\d.]+[kMG]?$/, "R") + behind : text;
  }, line);
}
