import { readFileSync } from "node:fs";
import { explainVerifierLog } from "../../src/verifier/explain.ts";
import type { ProgramReport } from "../../src/verifier/report.ts";
import { keepsObject, recordedLogs, recordedObject } from "./helpers/golden-logs.ts";
import { kernelNumber, MARK, type RefusedProgram, refusedPrograms } from "./helpers/programs.ts";

/** How an answer compares with what the program's author expects. */
export interface Verdict {
  readonly program: RefusedProgram;
  readonly kernel: string;
  readonly compiler: string;
  readonly kind: string;
  readonly line: number | string | null;
  readonly rightKind: boolean;
  readonly rightLine: boolean;
}

/**
 * The verdicts on all recorded logs that the programs' comments speak of. `withObjects` gives the object, as `--object`
 * does, where the comment says that the log alone has no line.
 */
export function verdicts(withObjects: boolean): Verdict[] {
  return refusedPrograms().flatMap((program) =>
    recordedLogs(program.name)
      .filter(({ kernel, text }) => speaksOf(program, kernel) && hasLog(text))
      .map(({ kernel, compiler, text }) => {
        const object =
          withObjects && keepsObject(program, compiler) ? recordedObject(program.name, compiler) : undefined;
        return verdictOn(program, kernel, compiler, explainVerifierLog(text, { object }).programs);
      }),
  );
}

/** Whether the program's comment is about this kernel. */
export function speaksOf({ from, until }: RefusedProgram, kernel: string): boolean {
  // The newest guest is called by its first number alone.
  const number = kernel === "7" ? kernelNumber("7.999") : kernelNumber(kernel);
  return from <= number && number <= until;
}

/** A kernel that has no say in it (no BTF of its own, tracing switched off) leaves no log of its verifier. */
export function hasLog(text: string): boolean {
  return text.includes("-- END PROG LOAD LOG --");
}

export function verdictOn(
  program: RefusedProgram,
  kernel: string,
  compiler: string,
  reports: readonly ProgramReport[],
): Verdict {
  const refusal = reports.find((report) => report.refusal !== null)?.refusal;
  const source = refusal?.culprit?.source ?? null;
  const kind = refusal?.kind ?? "none";
  const expected = readFileSync(program.path, "utf8").split("\n")[program.line - 1]?.replace(MARK, "").trim();
  // Kernels before 6.10 give the text of the line alone.
  const rightLine = source !== null && (source.line === null ? source.text === expected : source.line === program.line);
  return {
    program,
    kernel,
    compiler,
    kind,
    line: source?.line ?? source?.text ?? null,
    rightKind: kind === program.kind,
    rightLine,
  };
}
