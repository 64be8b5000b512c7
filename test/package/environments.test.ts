import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { run } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { Scratch } from "../helpers/scratch.ts";
import { installPackage } from "../helpers/stranger.ts";

const FILE = JSON.stringify(repositoryPath("golden", "demo", "connections.ndjson.gz"));

/** Reads the demo's snapshot and lists maps, which needs koffi; without the right to do so that is said. */
const BODY = `
  const reader = await openMap({ file: ${FILE} });
  const rows = await reader.entries({ where: "value.packets > 100u", select: "value.comm", sort: "value.comm", top: 1 }).toArray();
  reader.close();
  const listed = await (async () => { for await (const { id } of listMaps()) return id > 0 ? "listed" : ""; return "listed"; })()
    .catch((error) => error.code);
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
