import { createReadStream, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { isatty } from "node:tty";
import { fileContent } from "../../sdk/types/file-content.ts";
import { fileError } from "../../snapshot/file-error.ts";
import { VerifierLogExplainer } from "../../verifier/explain.ts";
import type { VerifierReport } from "../../verifier/report.ts";
import { allText } from "../../verifier/views/all.ts";
import { answerText } from "../../verifier/views/answer.ts";
import { githubText } from "../../verifier/views/github.ts";
import { jsonText } from "../../verifier/views/json.ts";
import { registerText } from "../../verifier/views/register.ts";
import { statsText } from "../../verifier/views/stats.ts";
import { wrongWords } from "../args/usage.ts";
import { type CommandError, usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { screenOf } from "../session/screen.ts";
import type { Session } from "../session/session.ts";

/** Columns of the output in a pipe. */
const PIPE_WIDTH = 100;

/** `verifier [LOG|-]`: explains a log, from stdin without a path. The status is 1 where a program was refused. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length > 1) throw wrongWords("verifier", words);
  const [path = "-"] = words;
  const explainer = new VerifierLogExplainer({ object: objectFile(session.options.object) });
  const where = path === "-" ? "stdin" : path;
  try {
    for await (const piece of openLog(path)) explainer.write(piece);
  } catch (error) {
    throw fileError("read the log", where, error);
  }
  const report = explainer.end();
  if (report.programs.length === 0) throw noLog(where, report);
  session.out.text(viewOf(report, session));
  return report.programs.every(({ outcome }) => outcome === "accepted") ? EXIT.ok : EXIT.unfit;
}

function objectFile(path: string | undefined): Uint8Array | undefined {
  return path === undefined ? undefined : fileContent(path, "an object file").bytes();
}

function openLog(path: string): Readable {
  if (path !== "-") {
    // A pipe ends when its writers do; /dev/zero never does.
    if (statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() === true)
      throw usage(`read the log ${path}: it is a device (name a file, or pipe the log)`);
    return createReadStream(path);
  }
  if (!isatty(0)) return process.stdin;
  throw usage("read a log: stdin is a terminal (name a file, or pipe: bpftool prog load … 2>&1 | ebpf-map verifier)");
}

function noLog(where: string, { lines }: VerifierReport): CommandError {
  return usage(`read the log ${where}: no verifier log in its ${lines} lines (bpftool -d prog load prints one)`);
}

function viewOf(report: VerifierReport, session: Session): string {
  const { width = PIPE_WIDTH, color } = screenOf(session);
  const { all, register, stats, logFormat } = session.options;
  if (register !== undefined) return registerText(report, register, { width, color });
  if (all) return allText(report, { width, color });
  if (stats) return statsText(report, { width, color });
  if (logFormat === "github") return githubText(report);
  return session.style === "plain" ? answerText(report, { width, color }) : jsonText(report);
}
