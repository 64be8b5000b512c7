import { COMPILERS } from "./helpers/compile.ts";
import { KERNELS } from "./helpers/golden-logs.ts";
import { type Verdict, verdicts } from "./precision.ts";

/**
 * `node test/run.mjs test/verifier/figures.ts`: how many answers are right, by kernel and compiler, and which are not.
 */
const all = verdicts(true);
const alone = verdicts(false);
for (const { program, kernel, compiler, kind, line, rightKind, rightLine } of all) {
  if (rightKind && rightLine) continue;
  const wrong = [
    rightKind ? "" : `kind ${kind} for ${program.kind}`,
    rightLine ? "" : `line ${line} for ${program.line}`,
  ];
  process.stdout.write(`${kernel} ${compiler} ${program.name}: ${wrong.filter(Boolean).join(", ")}\n`);
}
for (const kernel of KERNELS) {
  for (const compiler of COMPILERS.map(({ name }) => name)) {
    const some = all.filter((one) => one.kernel === kernel && one.compiler === compiler);
    const bare = alone.filter((one) => one.kernel === kernel && one.compiler === compiler);
    process.stdout.write(
      `${kernel} ${compiler}: ${some.length} logs, lines ${share(some, "rightLine")} (${share(bare, "rightLine")} without objects), cures ${share(some, "rightKind")}\n`,
    );
  }
}

function share(some: readonly Verdict[], what: "rightLine" | "rightKind"): string {
  return `${((100 * some.filter((one) => one[what]).length) / Math.max(1, some.length)).toFixed(1)} %`;
}
