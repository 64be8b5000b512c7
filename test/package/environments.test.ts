import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { run } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite, runtimePath } from "../helpers/requirements.ts";
import { Scratch } from "../helpers/scratch.ts";
import { installPackage } from "../helpers/stranger.ts";

const FILE = JSON.stringify(repositoryPath("golden", "demo", "connections.ndjson.gz"));

/** Reads the demo's snapshot and lists maps, which needs koffi; without the right to do so that is said. */
const BODY = `
  const reader = await openMap({ file: ${FILE} });
  const rows = await reader.entries({ where: "value.packets > 100u", select: "value.comm", sort: "value.comm", top: 1 }).toArray();
  reader.close();
  const listed = await (async () => { for await (const { id } of listMaps()) return id > 0 ? "listed" : ""; return "listed"; })()
    .catch((error) => (error.code === "UNSUPPORTED_PLATFORM" ? error.message : error.code));
  return JSON.stringify(rows) + " " + (listed === "NO_PERMISSION" ? "listed" : listed);
`;
const EXPECTED = '[{"value.comm":"curl"}] listed';

liveSuite("the package where Node programs live", ["build"], () => {
  const scratch = new Scratch();
  beforeAll(() => installPackage(scratch.folder), 60_000);
  afterAll(() => scratch[Symbol.dispose]());

  const runProgram = async (name: string, text: string): Promise<string> => {
    writeFileSync(join(scratch.folder, name), text);
    const { status, stdout, stderr } = await run(process.execPath, [join(scratch.folder, name)]);
    if (status !== 0) throw new Error(stderr);
    return stdout.toString();
  };

  test("a module", async () => {
    const text = `import { listMaps, openMap } from "ebpf-map";\nprocess.stdout.write(await (async () => {${BODY}})());`;
    expect(await runProgram("module.mjs", text)).toBe(EXPECTED);
  });

  test("require() of the entries", async () => {
    const text = `const { listMaps, openMap } = require("ebpf-map");\nrequire("ebpf-map/prom");\nrequire("ebpf-map/runtime");
(async () => {${BODY}})().then((text) => process.stdout.write(text));`;
    expect(await runProgram("common.cjs", text)).toBe(EXPECTED);
  });

  test("a worker thread", async () => {
    const worker = `import { parentPort } from "node:worker_threads";\nimport { listMaps, openMap } from "ebpf-map";
parentPort.postMessage(await (async () => {${BODY}})());`;
    writeFileSync(join(scratch.folder, "worker.mjs"), worker);
    const text = `import { Worker } from "node:worker_threads";
new Worker(new URL("./worker.mjs", import.meta.url)).on("message", (text) => process.stdout.write(text));`;
    expect(await runProgram("main.mjs", text)).toBe(EXPECTED);
  });

  test.each(["esm", "cjs"] as const)("a bundle of rolldown, with koffi beside it: %s", async (format) => {
    const { rolldown } = await import("rolldown");
    const source = join(scratch.folder, `bundled-${format}.mjs`);
    writeFileSync(
      source,
      `import { listMaps, openMap } from "ebpf-map";\n(async () => {${BODY}})().then((text) => process.stdout.write(text));`,
    );
    const bundle = await rolldown({ input: source, platform: "node", external: [/^node:/, "koffi"] });
    const file = join(scratch.folder, `out-${format}.${format === "esm" ? "mjs" : "cjs"}`);
    await bundle.write({ file, format, codeSplitting: false });
    const { status, stdout, stderr } = await run(process.execPath, [file]);
    expect([status, stderr, stdout.toString()]).toEqual([0, "", EXPECTED]);
  });
});

liveSuite("the package in other runtimes and bundlers", ["build", "runtimes"], () => {
  const scratch = new Scratch();
  const elsewhere = new Scratch();
  const source = (): string => join(scratch.folder, "other.mjs");
  beforeAll(async () => {
    await installPackage(scratch.folder);
    const text = `import { listMaps, openMap } from "ebpf-map";\n(async () => {${BODY}})().then((text) => process.stdout.write(text));`;
    writeFileSync(source(), text);
  }, 60_000);
  afterAll(() => {
    scratch[Symbol.dispose]();
    elsewhere[Symbol.dispose]();
  });

  test.each([
    ["bun", ["run"]],
    ["deno", ["run", "--allow-all", "--no-prompt"]],
  ])("%s", async (name, words) => {
    const { status, stdout, stderr } = await run(runtimePath(name), [...words, source()]);
    expect([status, stdout.toString(), stderr]).toEqual([0, EXPECTED, ""]);
  });

  test.each([
    ["esm", "mjs"],
    ["cjs", "cjs"],
  ])("a bundle of esbuild as %s, with koffi beside it; without it, it says what is missing", async (format, ending) => {
    const name = `esbuild-bundle.${ending}`;
    const flags = ["--bundle", "--platform=node", `--format=${format}`, "--external:koffi", "--log-level=error"];
    const made = await run(runtimePath("esbuild"), [source(), ...flags, `--outfile=${join(scratch.folder, name)}`]);
    expect([made.status, made.stderr]).toEqual([0, ""]);
    const { status, stdout, stderr } = await run(process.execPath, [join(scratch.folder, name)]);
    expect([status, stderr, stdout.toString()]).toEqual([0, "", EXPECTED]);
    const moved = join(elsewhere.folder, name);
    cpSync(join(scratch.folder, name), moved);
    const alone = await run(process.execPath, [moved]);
    const missing = `load koffi to call the kernel: it is not in a node_modules above ${moved}, where npm install koffi puts it`;
    expect(alone.stdout.toString()).toContain(EXPECTED.replace("listed", missing));
  });
});
