import { expect, test } from "vitest";
import { explainVerifierLog, VerifierLogExplainer } from "../../../src/verifier/explain.ts";
import { answerText } from "../../../src/verifier/views/answer.ts";
import { Random } from "../../helpers/random.ts";

const END = "0: (bf) r0 = r7\nR7 !read_ok\nprocessed 1 insns (limit 1000000)\n";

test("a line of 50 MB is passed over, and the log behind it read", () => {
  const explainer = new VerifierLogExplainer();
  const piece = Buffer.alloc(1 << 20, "x");
  for (let n = 0; n < 50; n++) explainer.write(piece);
  explainer.write(Buffer.from(`\n${END}`));
  const report = explainer.end();
  expect(report).toMatchObject({ lines: 4, cutLines: 1 });
  expect(report.programs.map(({ refusal }) => refusal?.kind)).toEqual(["uninit-register"]);
});

test("a whole log of many megabytes on one line is read in pieces", () => {
  const explainer = new VerifierLogExplainer();
  explainer.write(Buffer.from('{"error":"load program: permission denied:\\n\\t0: R1=ctx() R10=fp0\\n'));
  for (let pc = 0; pc < 100_000; pc++) explainer.write(Buffer.from(`\\t${pc}: (b7) r1 = ${pc}          ; R1=${pc}\\n`));
  explainer.write(
    Buffer.from(`\\t100000: (bf) r0 = r7\\n\\tR7 !read_ok\\n\\tprocessed 100001 insns (limit 1000000)"}\n`),
  );
  const [program] = explainer.end().programs;
  expect(program?.refusal).toMatchObject({ kind: "uninit-register", at: { pc: 100_000 } });
  expect(program?.statistics.instructionsProcessed).toBe(100_001);
});

test("how a log is cut into pieces doesn't matter", () => {
  const log = `${"; x @ a.c:3\n0: (61) r0 = *(u32 *)(r1 +0)          ; R0=scalar()\n".repeat(40)}${END}`;
  const whole = explainVerifierLog(log);
  for (let size = 1; size < 70; size += 7) {
    const explainer = new VerifierLogExplainer();
    for (let at = 0; at < log.length; at += size) explainer.write(Buffer.from(log.slice(at, at + size)));
    expect(explainer.end()).toEqual(whole);
  }
});

test("more programs, instructions, sources and messages than are kept", () => {
  const programs = "0: R1=ctx() R10=fp0\n0: (bf) r0 = r7\nR7 !read_ok\nprocessed 1 insns (limit 1)\n".repeat(2000);
  expect(explainVerifierLog(programs).programs).toHaveLength(1000);
  const messages = `0: (bf) r0 = r7\n${"R7 is something that no kernel says\n".repeat(5000)}processed 1 insns (limit 1)\n`;
  expect(explainVerifierLog(messages).programs[0]?.refusal?.messages).toHaveLength(200);
});

test("states nested without an end, and registers without a number of them", () => {
  const deep = `0: R1=ctx(${"(".repeat(30_000)} R10=fp0\n0: (61) r0 = *(u32 *)(r1 +200); R0=${"a(".repeat(5000)}\n`;
  const many = `1: (bf) r0 = r1          ;${" R1=scalar(id=1)".repeat(5000)}\ninvalid bpf_context access off=200 size=4\n`;
  const report = explainVerifierLog(`${deep}${many}processed 2 insns (limit 1)\n`);
  expect(report.programs[0]?.refusal?.kind).toBe("ctx-access");
  expect(answerText(report, { width: 80, color: false })).toContain("member of the context");
});

test("bytes that are no text", () => {
  const random = new Random(18);
  const report = explainVerifierLog(Buffer.concat([random.bytes(1 << 20), Buffer.from(`\n${END}`)]));
  expect(report.programs.at(-1)?.refusal?.kind).toBe("uninit-register");
});

test("numbers that are no numbers of instructions", () => {
  const log = `99999999999999999999: (b7) r0 = 1\nfrom 999999999 to 999999999: R0=1\nunreachable insn 999999999\nprocessed 1 insns (limit 1)\n`;
  expect(explainVerifierLog(log).programs).toMatchObject([
    { refusal: { kind: "unreachable-code", at: { pc: 999_999_999 } } },
  ]);
});
