import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explainVerifierLog } from "../../../src/verifier/explain.ts";
import { answerText } from "../../../src/verifier/views/answer.ts";
import { statsText } from "../../../src/verifier/views/stats.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { recordedLogs } from "../../verifier/helpers/golden-logs.ts";

/** The chapter's examples are what the views say of real logs. */
const chapter = readFileSync(repositoryPath("src", "manual", "verifier.md"), "utf8");
const WIDTH = { width: 100, color: false };

test.each([
  ["packet/off-by-one", answerText],
  ["reference/leak-on-early-return", answerText],
  ["loop/packet-length", answerText],
  ["loop/packet-length", statsText],
])("%s", (program, view) => {
  const log = recordedLogs(program).find(({ kernel, compiler }) => kernel === "6.18" && compiler === "clang19");
  expect(chapter).toContain(view(explainVerifierLog(log?.text ?? ""), WIDTH).trimEnd());
});

test("no line is longer than a terminal is wide, but in examples and tables", () => {
  const prose = chapter.replace(/```[\s\S]*?```/g, "").split("\n");
  expect(prose.filter((line) => line.length > 132 && !line.startsWith("|"))).toEqual([]);
});
