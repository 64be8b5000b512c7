// node test/run.mjs PROGRAM.ts [ARGS...]: runs a TypeScript program of the tests, in this process. It is bundled into a
// file inside the repository, since koffi is found from there, and the file removes itself before it does anything
// else.
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const [node, , source, ...args] = process.argv;
const file = join(mkdtempSync(join(import.meta.dirname, ".bundle-")), "program.mjs");
const bundle = await rolldown({
  input: source,
  platform: "node",
  external: [/^node:/, "koffi", "vitest", /^rolldown/, /^typescript/, "yargs", "chalk", "cli-table3"],
  transform: { target: "node20" },
});
await bundle.write({
  file,
  format: "esm",
  codeSplitting: false,
  banner: 'import { rmSync as removeBundle } from "node:fs";\nremoveBundle(import.meta.dirname, { recursive: true });',
});
await bundle.close();
process.argv = [node, source, ...args];
await import(pathToFileURL(file).href);
