import type { Outcome } from "./boot.ts";
import type { GuestResult } from "./guest-result.ts";
import type { Guest } from "./matrix.ts";

export interface Row {
  readonly guest: Guest;
  readonly outcome: Outcome;
  readonly seconds: number;
}

const COLUMNS: readonly (readonly [heading: string, cell: (result: GuestResult) => string])[] = [
  ["kernel", ({ release }) => release],
  ["CPUs possible/online", ({ possibleCpus, onlineCpus }) => `${possibleCpus}/${onlineCpus}`],
  ["own BTF", ({ btf }) => (btf ? "yes" : "no")],
  ["bpftools", ({ bpftools }) => bpftools.join(" ")],
  ["cases (not there)", ({ cases, absent }) => `${cases} (${absent.length})`],
  ["outputs compared", ({ compared }) => String(compared)],
  ["other checks", ({ checks }) => String(checks)],
  ["types by batch / by key", ({ modes }) => `${modes.batch.length} / ${modes.walk.length}`],
  ["differences", ({ failures }) => String(failures.length)],
];

/** The table of the README, as Markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ guest, outcome, seconds }) => {
    const cells = "result" in outcome ? COLUMNS.map(([, cell]) => cell(outcome.result)) : ["crashed or never ended"];
    return `| ${[guest.name, ...cells, `${Math.round(seconds)} s`].join(" | ")} |`;
  });
  const headings = ["guest", ...COLUMNS.map(([heading]) => heading), "time"];
  return `${[`| ${headings.join(" | ")} |`, `|${headings.map(() => "---|").join("")}`, ...lines].join("\n")}\n`;
}

/** What the kernels can't have, a line each. */
export function absentText(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ guest, outcome }) => {
    return "result" in outcome ? outcome.result.absent.map((reason) => `not in ${guest.name}: ${reason}\n`) : [];
  });
  return lines.join("");
}

/** As many failures of a guest as somebody would read. */
const SHOWN = 20;

/** What went wrong, a line each; "" where nothing did. */
export function failuresText(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ guest, outcome }) => {
    const failures = "result" in outcome ? outcome.result.failures : [outcome.crash];
    const more = failures.length > SHOWN ? [`and ${failures.length - SHOWN} more`] : [];
    return [...failures.slice(0, SHOWN), ...more].map((failure) => `${guest.name}: ${failure}\n`);
  });
  return lines.join("");
}
