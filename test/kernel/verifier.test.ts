import { readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { explainVerifierLog } from "../../src/verifier/explain.ts";
import { bpftoolPath } from "../helpers/bpftools.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { Scratch } from "../helpers/scratch.ts";
import { CLANGS, type Compiler, compileProgram } from "../verifier/helpers/compile.ts";
import { refusalOf } from "../verifier/helpers/load-log.ts";
import { type RefusedProgram, refusedPrograms } from "../verifier/helpers/programs.ts";
import { hasLog, speaksOf, type Verdict, verdictOn } from "../verifier/precision.ts";

/** Busy machines take their time. */
const TIMEOUT = 300_000;

/** Programs by the folder that they stand in. */
const folders = byFolder(refusedPrograms());

liveSuite("programs that this kernel refuses", ["kernel", "bpftools", "compilers", "libbpf", "setpriv"], () => {
  const scratch = new Scratch();
  const seen: Verdict[] = [];
  afterAll(() => scratch[Symbol.dispose]());

  test.each([...folders])("%s", { timeout: TIMEOUT }, (_, programs) => {
    const found = CLANGS.flatMap((compiler, index) => {
      // A million instructions take seconds to refuse, whoever compiled them.
      const some = index === 0 ? programs : programs.filter(({ kind }) => kind !== "too-complex");
      return some.flatMap((program) => refused(scratch, compiler, program) ?? []);
    });
    seen.push(...found);
    const wrong = found.filter(({ rightKind }) => !rightKind).map(({ program, kind }) => `${program.name}: ${kind}`);
    expect(wrong.length / Math.max(1, found.length), wrong.join("\n")).toBeLessThanOrEqual(0.34);
  });

  test("the line is the one to change, and the cure the right one", () => {
    expect(seen.length).toBeGreaterThanOrEqual(240);
    const wrong = seen.filter(({ rightLine }) => !rightLine).map(({ program, line }) => `${program.name}: ${line}`);
    expect(1 - wrong.length / seen.length, wrong.join("\n")).toBeGreaterThanOrEqual(0.95);
    expect(seen.filter(({ rightKind }) => rightKind).length / seen.length).toBeGreaterThanOrEqual(0.9);
  });
});

/**
 * What comes of a program here; undefined where this kernel takes it, has no say in it, or refuses it for another
 * reason.
 */
function refused(scratch: Scratch, compiler: Compiler, program: RefusedProgram): Verdict | undefined {
  const kernel = release().split(".").slice(0, 2).join(".");
  if (!speaksOf(program, kernel)) return undefined;
  const object = compileProgram(compiler, program, scratch.folder);
  const log = refusalOf(bpftoolPath("7.8"), object, join(scratch.pins, "refused"));
  if (log === undefined || !hasLog(log)) return undefined;
  const given = program.withObject ? readFileSync(object) : undefined;
  return verdictOn(program, kernel, compiler.name, explainVerifierLog(log, { object: given }).programs);
}

function byFolder(programs: readonly RefusedProgram[]): Map<string, RefusedProgram[]> {
  const found = new Map<string, RefusedProgram[]>();
  for (const program of programs) {
    const folder = program.name.slice(0, program.name.indexOf("/"));
    found.set(folder, [...(found.get(folder) ?? []), program]);
  }
  return found;
}
