import { type Diagnosis, diagnose } from "../../doctor/diagnosis.ts";
import { type Environment, lookAround } from "../../doctor/environment.ts";
import { installedBpftool } from "../../doctor/installed-bpftool.ts";
import { comparisonText, reportText } from "../../doctor/report-text.ts";
import { selfCheck } from "../../doctor/self-check.ts";
import { wrongWords } from "../args/usage.ts";
import { onlyMap, selectMaps } from "../maps/select-maps.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";
import { mapFinder } from "./asked/maps.ts";

/** `doctor` and `doctor --self-check MAP`: exit 1 where the maps of this machine can't be read, or the bytes differ. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (session.options.selfCheck) return await checkMap(words, session);
  if (words.length > 0) throw wrongWords("doctor", words);
  const environment = lookAround(session.kernel, session.context.env.PATH);
  const findings = diagnose(environment);
  if (session.style === "plain") session.out.text(reportText(environment, findings));
  else session.out.text(json({ ...document(environment), findings, fit: isFit(findings) }, session));
  return isFit(findings) ? EXIT.ok : EXIT.unfit;
}

async function checkMap(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("doctor", words);
  const bpftool = installedBpftool(session.context.env.PATH);
  if (bpftool === undefined) throw usage("compare with bpftool: there is none on the PATH");
  using selected = await selectMaps(words, mapFinder(session), undefined);
  const map = onlyMap(selected);
  if (selected.selection.by === "file") throw usage("compare with bpftool: it reads no snapshot files");
  const compat = session.options.compat === undefined ? bpftool.compat : session.dialect.version;
  const comparisons = await selfCheck(map, bpftool.path, compat);
  const agrees = comparisons.every(({ outcome }) => outcome !== "different");
  if (session.style === "plain") {
    const name = `${bpftool.path} ${bpftool.version ?? ""}`.trimEnd();
    session.out.text(comparisonText(comparisons, map.label, name));
  } else session.out.text(json({ map: map.info.id, bpftool, compat, comparisons, agrees }, session));
  return agrees ? EXIT.ok : EXIT.unfit;
}

function isFit(findings: readonly Diagnosis[]): boolean {
  return findings.every(({ kind }) => kind !== "fault");
}

/** The environment as JSON, in which what is missing is null. */
function document(environment: Environment): Record<string, unknown> {
  return { ...environment, maps: environment.maps ?? null, bpftool: environment.bpftool ?? null };
}

function json(value: unknown, { style }: Session): string {
  return `${JSON.stringify(value, undefined, style === "pretty" ? 4 : undefined)}\n`;
}
