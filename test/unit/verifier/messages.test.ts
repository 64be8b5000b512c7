import { expect, test } from "vitest";
import { explainVerifierLog } from "../../../src/verifier/explain.ts";
import { KINDS } from "../../../src/verifier/messages/kinds.ts";
import { MESSAGES, matchMessage } from "../../../src/verifier/messages/match.ts";
import { expressionOf } from "../../../src/verifier/messages/pattern.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { MUTANTS, recordedLogs } from "../../verifier/helpers/golden-logs.ts";
import { refusedPrograms } from "../../verifier/helpers/programs.ts";
import { rowsOf } from "../../verifier/helpers/provoked-rows.ts";

/**
 * Something that may stand at a place of a pattern. `word` is no register, so that a row for registers isn't the one.
 */
const SAMPLES: Readonly<Record<string, string>> = {
  reg: "R3",
  n: "7",
  word: "some_word",
  name: "some name",
  pair: "(0x0; 0xff)",
  any: "whatever else",
};

function sampleOf(pattern: string): string {
  return pattern.replace(/\{(?:\w+:)?(\w+)\}/g, (_, slot: string) => SAMPLES[slot] ?? slot).replace(/[«»]/g, "");
}

test("no row hides another: a message made of each row's pattern is of that row", () => {
  const hidden = MESSAGES.filter((row) => matchMessage(sampleOf(row.pattern))?.row !== row);
  const seen = hidden.map(
    ({ pattern }) => `${pattern}   is hidden by   ${matchMessage(sampleOf(pattern))?.row.pattern}`,
  );
  expect(seen).toEqual([]);
});

test("patterns are different, compile, and have at most one place for anything", () => {
  expect(new Set(MESSAGES.map(({ pattern }) => pattern)).size).toBe(MESSAGES.length);
  for (const { pattern } of MESSAGES) {
    expect(() => expressionOf(pattern), pattern).not.toThrow();
    expect((pattern.match(/:?any\}/g) ?? []).length, pattern).toBeLessThanOrEqual(1);
  }
});

test("reasons and cures name only what their pattern has", () => {
  for (const { pattern, reason, cure } of MESSAGES) {
    const names = [...pattern.matchAll(/\{(?:(\w+):)?(\w+)\}/g)].map(([, name, slot]) => name ?? slot);
    if (names.includes("off") && names.includes("size")) names.push("bytes");
    for (const [, used] of `${reason} ${cure ?? ""}`.matchAll(/\{(\w+)\}/g)) expect(names, pattern).toContain(used);
    expect(reason, pattern).not.toMatch(/[.]$|^[A-Z](?![0-9A-Z])/);
  }
});

test("every kind has rows or is what a row turns out to be, and links to the kernel's documentation", () => {
  const derived = ["packet-pointer-stale", "use-after-release"];
  const used = new Set([...MESSAGES.map(({ kind }) => kind as string), ...derived]);
  expect(Object.keys(KINDS).filter((kind) => !used.has(kind))).toEqual([]);
  for (const { link } of Object.values(KINDS)) expect(link).toMatch(/^https:\/\/docs\.kernel\.org\/bpf\/[\w./#-]+$/);
});

test("a message that no row knows is shown with its state and nothing is guessed", () => {
  const log =
    "0: R1=ctx() R10=fp0\n0: (61) r0 = *(u32 *)(r1 +0)\nR1 does what no kernel has said before\nprocessed 1 insns (limit 1000000)\n";
  const refusal = explainVerifierLog(log).programs[0]?.refusal;
  expect(refusal).toMatchObject({
    message: "R1 does what no kernel has said before",
    kind: null,
    cure: null,
    at: { pc: 0, instruction: "r0 = *(u32 *)(r1 +0)" },
    register: { name: "R1", value: "ctx()" },
  });
});

test.each(recordedLogs(MUTANTS))(
  "$compiler, a program changed at random, is refused for a known reason",
  ({ text }) => {
    const [program] = explainVerifierLog(text).programs;
    expect(program?.outcome).toBe("refused");
    expect(program?.refusal?.kind).not.toBeNull();
    expect(program?.refusal?.reason).not.toMatch(/\{\w+(?::\w+)?\}|undefined/);
    expect(program?.refusal?.cure?.text).not.toMatch(/\{\w+(?::\w+)?\}|undefined/);
  },
);

test("rows that real kernels were made to print", async () => {
  const provoked = new Map<string, string>();
  for (const name of [...refusedPrograms().map((program) => program.name), MUTANTS]) {
    for (const { kernel, compiler, text } of recordedLogs(name)) {
      const where = `${name === MUTANTS ? compiler : name}, Linux ${kernel}`;
      for (const pattern of rowsOf(text)) if (!provoked.has(pattern)) provoked.set(pattern, where);
    }
  }
  const lines = [...provoked].map(([pattern, where]) => `${pattern}\t${where}`).sort();
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(repositoryPath("golden", "verifier", "provoked.tsv"));
});
