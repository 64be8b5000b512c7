import type { ProgramReport, VerifierReport } from "../report.ts";
import { visibleText } from "./visible.ts";

/** Annotations of GitHub Actions, one line a refusal: `::error file=prog.bpf.c,line=12,col=9,title=…::…`. */
export function githubText(report: VerifierReport): string {
  return report.programs.flatMap((program) => annotation(program) ?? []).join("");
}

function annotation({ refusal, name }: ProgramReport): string | undefined {
  if (refusal === null) return undefined;
  const { culprit, cure } = refusal;
  const source = culprit?.source ?? null;
  const properties = [
    ["file", source?.file],
    ["line", source?.line],
    ["col", source?.column],
    ["title", `${name === null ? "" : `${name}: `}${refusal.title}`],
  ] as const;
  const given = properties.flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [`${key}=${property(String(value))}`],
  );
  const code = cure?.code === null || cure?.code === undefined ? "" : `\n${cure.code}`;
  const text = [`${refusal.reason}.`, cure === null ? "" : cure.text, code, `\n${refusal.message}`]
    .filter(Boolean)
    .join(" ");
  return `::error ${given.join(",")}::${message(text)}\n`;
}

/** A new line is kept as the runner writes it; everything else that could end the annotation is escaped. */
function message(text: string): string {
  return text
    .split("\n")
    .map((line) => visibleText(line).replaceAll("%", "%25"))
    .join("%0A");
}

function property(text: string): string {
  return visibleText(text).replaceAll("%", "%25").replaceAll(":", "%3A").replaceAll(",", "%2C");
}
