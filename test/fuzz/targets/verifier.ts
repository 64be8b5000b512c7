import { textFromBytes } from "../../../src/bytes.ts";
import { VerifierLogExplainer } from "../../../src/verifier/explain.ts";
import { allText } from "../../../src/verifier/views/all.ts";
import { answerText } from "../../../src/verifier/views/answer.ts";
import { githubText } from "../../../src/verifier/views/github.ts";
import { jsonText } from "../../../src/verifier/views/json.ts";
import { registerText } from "../../../src/verifier/views/register.ts";
import { statsText } from "../../../src/verifier/views/stats.ts";
import type { Random } from "../../helpers/random.ts";
import { type RecordedLog, recordedLogs, recordedObject } from "../../verifier/helpers/golden-logs.ts";
import { refusedPrograms } from "../../verifier/helpers/programs.ts";
import { mutate } from "../mutate.ts";
import { mutateText } from "../mutate-text.ts";
import type { Target } from "../target.ts";

/** What no view may let through to a terminal, but for new lines. */
const RAW = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

let known: readonly RecordedLog[] | undefined;
let object: Uint8Array | undefined;

/** A log of a real kernel with a few changes, an object beside it, and every view of what comes out. */
export const VERIFIER_LOG: Target = {
  name: "verifier",
  input(random) {
    known ??= refusedPrograms().flatMap(({ name }) => recordedLogs(name));
    if (known.length === 0) return random.bytes(200);
    const text = Array.from({ length: random.between(1, 3) }, () =>
      random.pick(known ?? []).text.slice(0, 20_000),
    ).join("\n");
    const changed = random.chance(0.2) ? JSON.stringify(text) : text;
    return random.chance(0.2)
      ? mutate(Buffer.from(changed), random)
      : Buffer.from(mutateText(changed, random), "latin1");
  },
  run(input, random) {
    object ??= recordedObject("stack/combined", "clang19") ?? new Uint8Array();
    const given = random.chance(0.3) ? mutate(object, random) : object;
    const explainer = new VerifierLogExplainer({ object: random.chance(0.5) ? given : undefined });
    for (const piece of pieces(input, random)) explainer.write(piece);
    const report = explainer.end();
    const options = { width: random.between(1, 200), color: false };
    const views = [answerText, allText, statsText].map((view) => view(report, options));
    const register = textFromBytes(random.bytes(3));
    const texts = [
      ...views,
      registerText(report, "R1", options),
      registerText(report, register, options),
      githubText(report),
      jsonText(report),
    ];
    for (const text of texts)
      if (RAW.test(text)) throw new Error(`a view lets ${JSON.stringify(RAW.exec(text)?.[0])} through`);
    JSON.parse(jsonText(report));
    return report.programs.some(({ refusal }) => refusal !== null);
  },
};

function* pieces(input: Uint8Array, random: Random): Generator<Uint8Array> {
  for (let at = 0; at < input.length; ) {
    const next = at + random.between(1, 5000);
    yield input.subarray(at, next);
    at = next;
  }
}
