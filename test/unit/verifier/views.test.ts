import { describe, expect, test } from "vitest";
import { explainVerifierLog } from "../../../src/verifier/explain.ts";
import type { VerifierReport } from "../../../src/verifier/report.ts";
import { allText } from "../../../src/verifier/views/all.ts";
import { answerText } from "../../../src/verifier/views/answer.ts";
import { githubText } from "../../../src/verifier/views/github.ts";
import { jsonText } from "../../../src/verifier/views/json.ts";
import { registerText } from "../../../src/verifier/views/register.ts";
import { statsText } from "../../../src/verifier/views/stats.ts";
import { visibleText } from "../../../src/verifier/views/visible.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { recordedLogs, recordedObject } from "../../verifier/helpers/golden-logs.ts";

const PLAIN = { width: 100, color: false };

/** Every view of a few refusals, for a reviewer to read. */
const SHOWN = [
  ["packet/off-by-one", "6.18", "clang19"],
  ["packet/after-adjust", "6.12", "clang19"],
  ["null/map-lookup", "7", "clang19"],
  ["null/spilled", "5.10", "clang14"],
  ["reference/leak-on-early-return", "6.18", "clang19"],
  ["map/index-unbounded", "6.1", "clang14"],
  ["loop/packet-length", "6.18", "clang19"],
  ["stack/combined", "6.18", "clang19"],
  ["null/map-lookup", "6.18", "gcc16"],
  ["reference/leak-on-early-return", "6.12", "gcc16"],
] as const;

describe.each(SHOWN)("%s, Linux %s, %s", (program, kernel, compiler) => {
  test.each([
    ["answer", (report: VerifierReport) => answerText(report, PLAIN)],
    ["all", (report: VerifierReport) => allText(report, PLAIN)],
    ["register", (report: VerifierReport) => registerText(report, registerOf(report), PLAIN)],
    ["stats", (report: VerifierReport) => statsText(report, PLAIN)],
    ["json", jsonText],
    ["github", githubText],
  ])("%s", async (view, text) => {
    const report = reportOn(program, kernel, compiler);
    const name = `${program.replace("/", "-")}-${kernel}-${compiler}`;
    const shown = view === "json" || view === "all" ? shortened(text(report)) : text(report);
    await expect(shown).toMatchFileSnapshot(repositoryPath("golden", "verifier", "views", name, `${view}.txt`));
  });
});

test("JSON is the report itself", () => {
  const report = reportOn("null/map-lookup", "6.18", "clang19");
  expect(JSON.parse(jsonText(report))).toEqual(report);
});

test("lines keep to the width, but for code and links", () => {
  for (const [program, kernel, compiler] of SHOWN) {
    for (const width of [40, 60, 100]) {
      const lines = answerText(reportOn(program, kernel, compiler), { width, color: false }).split("\n");
      const long = lines.filter(
        (line) => line.length > Math.max(width, 60) + 26 && !/https:|before (?:line|it)|verifier|\^/.test(line),
      );
      expect(long).toEqual([]);
    }
  }
});

test("colours are there when they are asked for, and only then", () => {
  const report = reportOn("null/map-lookup", "6.18", "clang19");
  const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  for (const view of [answerText, allText, statsText]) {
    const coloured = view(report, { width: 100, color: true });
    expect(coloured).toMatch(colours);
    expect(view(report, PLAIN)).not.toMatch(colours);
  }
});

test("what a log says never reaches the terminal as it is", () => {
  const evil = "\u001b]0;owned\u0007\u009b31m\u202e";
  const log = `0: R1=ctx() R10=fp0\n; int x${evil} = 1; @ a${evil}.c:3\n0: (61) r0 = *(u32 *)(r1 +200)\ninvalid bpf_context access off=200 size=4\nprocessed 1 insns (limit 1)\n`;
  const report = explainVerifierLog(log);
  for (const text of [
    answerText(report, PLAIN),
    allText(report, PLAIN),
    githubText(report),
    jsonText(report),
    statsText(report, PLAIN),
  ]) {
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  }
  expect(visibleText(evil)).toBe("\\e]0;owned\\x07\\x9b31m\\u202e");
});

test("nor do conditions of jumps, where a log was damaged", () => {
  const log =
    "0: R1=ctx() R10=fp0\n0: (15) if r1\u0011 == 0x0 goto pc+1\n1: (bf) r0 = r7\nR7 !read_ok\nprocessed 2 insns (limit 1)\n";
  expect(answerText(explainVerifierLog(log), PLAIN)).toContain("r1\\x11 == 0x0: no");
});

test("an annotation can't be ended, nor another begun, by what the log says", () => {
  const log =
    "0: R1=ctx() R10=fp0\n; x = 1; @ a,line=9::b%0A.c:3\n0: (bf) r0 = r7\nR7 !read_ok\nprocessed 1 insns (limit 1)\n";
  const [line, ...more] = githubText(explainVerifierLog(log)).split("\n");
  expect(more).toEqual([""]);
  expect(line).toMatch(/^::error file=a%2Cline=9%3A%3Ab%250A\.c,line=3,title=register without a value::/);
});

test("an unknown register has no life", () => {
  expect(registerText(reportOn("null/map-lookup", "6.18", "clang19"), "R42", PLAIN)).toContain(
    "the log says nothing of it",
  );
});

function reportOn(program: string, kernel: string, compiler: string): VerifierReport {
  const log = recordedLogs(program).find((one) => one.kernel === kernel && one.compiler === compiler);
  if (log === undefined) throw new Error(`no log of ${program} by Linux ${kernel}, ${compiler}`);
  return explainVerifierLog(log.text, { object: recordedObject(program, compiler) });
}

function registerOf({ programs }: VerifierReport): string {
  return programs[0]?.refusal?.register?.name ?? "R0";
}

/** The beginning and the end of a long text. */
function shortened(text: string): string {
  const lines = text.split("\n");
  return lines.length <= 160 ? text : [...lines.slice(0, 140), "[…]", ...lines.slice(-20)].join("\n");
}
