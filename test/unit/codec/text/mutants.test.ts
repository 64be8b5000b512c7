import { expect, test } from "vitest";
// biome-ignore lint/correctness/useImportExtensions: its types are beside it, in engine.d.mts
import { compileEngine } from "../../../../bin/build/engine.mjs";
import { EngineMachine, InterpreterMachine, type openMachine } from "../../../../src/codec/text/machine.ts";
import { MUTANTS } from "../../../helpers/engine-mutants.ts";
import { CHECKS, outcome } from "../../../helpers/text-checks.ts";

const PAGE = 1 << 16;
const interpreted: typeof openMachine = (bytes, out, host) => new InterpreterMachine(bytes, out, host);

const CAPACITIES = [16, 1 << 16];
const wanted = CHECKS.map((check) => CAPACITIES.map((capacity) => outcome(check, interpreted, capacity)));

/** Whether a check tells the engine from the interpreter, or the engine ends in an error. */
function isCaught(code: Uint8Array<ArrayBuffer>): boolean {
  const open: typeof openMachine = (bytes, out, host) =>
    new EngineMachine(Math.ceil(bytes / PAGE) + 32, out, host, code);
  return CHECKS.some((check, i) =>
    CAPACITIES.some((capacity, j) => {
      try {
        const { text, notes, replaced } = outcome(check, open, capacity);
        const right = wanted[i]?.[j];
        return text !== right?.text || notes.join() !== right.notes.join() || replaced !== right.replaced;
      } catch {
        return true;
      }
    }),
  );
}

test.each(Object.keys(MUTANTS))("the checks catch each fault in %s", { timeout: 600_000 }, async (file) => {
  expect(isCaught(await compileEngine({ asserts: true }))).toBe(false);
  const missed: string[] = [];
  for (const [before, after] of MUTANTS[file] ?? []) {
    let found = false;
    const edit = (name: string, text: string): string => {
      found ||= name === file && text.includes(before);
      return name === file ? text.replace(before, after) : text;
    };
    const code = await compileEngine({ asserts: true, edit });
    if (!found) missed.push(`not there: ${before}`);
    else if (!isCaught(code)) missed.push(after);
  }
  expect(missed).toEqual([]);
});
