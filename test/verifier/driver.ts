import { createReadStream, readFileSync } from "node:fs";
import { VerifierLogExplainer } from "../../src/verifier/explain.ts";
import { allText } from "../../src/verifier/views/all.ts";
import { answerText } from "../../src/verifier/views/answer.ts";
import { githubText } from "../../src/verifier/views/github.ts";
import { jsonText } from "../../src/verifier/views/json.ts";
import { registerText } from "../../src/verifier/views/register.ts";
import { statsText } from "../../src/verifier/views/stats.ts";

/**
 * `node test/run.mjs test/verifier/driver.ts LOG|- [--object FILE] [--all|--stats|--json|--github|--register R1] [--color]`
 */
const words = process.argv.slice(2);
const option = (name: string): string | undefined =>
  words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
const objectPath = option("--object");
const explainer = new VerifierLogExplainer({ object: objectPath === undefined ? undefined : readFileSync(objectPath) });
const input = words[0] === undefined || words[0] === "-" ? process.stdin : createReadStream(words[0]);
for await (const piece of input) explainer.write(piece);
const report = explainer.end();
const view = { width: process.stdout.columns ?? 100, color: words.includes("--color") };
const register = option("--register");
if (register !== undefined) process.stdout.write(registerText(report, register, view));
else if (words.includes("--all")) process.stdout.write(allText(report, view));
else if (words.includes("--stats")) process.stdout.write(statsText(report, view));
else if (words.includes("--json")) process.stdout.write(jsonText(report));
else if (words.includes("--github")) process.stdout.write(githubText(report));
else process.stdout.write(answerText(report, view));
