import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { npmPackage } from "../npm-package.ts";
import { PROCESSORS, type Processor, starting } from "../processors.ts";
import { bundleChunks, filesIn } from "./bundle.ts";
import { licencesOf } from "./licences.ts";
import { nodePath, writeNode } from "./node-binary.ts";
import { writeStarted } from "./start.ts";

// `npm run build:single [-- ARCH...]`: writes the executables that need no Node, artefacts/ebpf-map-linux-ARCH. A
// second file of each, in .cache/single, is for packages: it has koffi's binary in a file of its own.

/** Where a package puts koffi's binary. */
const INSTALLED_KOFFI = "/usr/lib/ebpf-map/koffi.node";
const SENTINEL = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const out = resolve("artefacts");
const work = resolve(".cache", "single");
const chunks = join(work, "chunks");

mkdirSync(out, { recursive: true });
mkdirSync(work, { recursive: true });
const packages = await bundleChunks(chunks);
execFileSync(process.execPath, [resolve("bin", "build", "page.mjs")], { stdio: "pipe" });
const page = (name: string): string => resolve("dist", "page", name);
writeFileSync(join(work, "licences.txt"), `${licencesOf(packages)}\n${readFileSync(page("licences.txt"), "utf8")}`);
writeFileSync(join(work, "version"), version);
const chapters = filesIn(resolve("src", "manual"), ".md");
writeFileSync(join(work, "manual.json"), JSON.stringify(chapters));
const wanted = process.argv.slice(2);
for (const processor of PROCESSORS) if (wanted.length === 0 || wanted.includes(processor.arch)) build(processor);

function build(processor: Processor): void {
  const { arch } = processor;
  writeNode(processor, copiedNode(processor));
  const koffi = writeKoffi(processor);
  const shared = { ...sharedAssets(), ...codeAssets(processor) };
  const name = `ebpf-map-linux-${arch}`;
  writeExecutable(processor, { ...shared, "koffi.node": koffi }, join(out, name));
  const path = join(work, "koffi.path");
  writeFileSync(path, INSTALLED_KOFFI);
  writeExecutable(processor, { ...shared, "koffi.path": path }, join(work, name));
}

/** The files that every executable carries, by the names that they have in it. */
function sharedAssets(): Record<string, string> {
  return {
    ...Object.fromEntries(filesIn(chunks, ".cjs").map((name) => [`chunk/${name}`, join(chunks, name)])),
    ...Object.fromEntries(chapters.map((name) => [`manual/${name}`, resolve("src", "manual", name)])),
    ...Object.fromEntries(["licences.txt", "manual.json", "version"].map((name) => [name, join(work, name)])),
    ...Object.fromEntries(["page.js", "page.css"].map((name) => [`page/${name}`, page(name)])),
    "demo.ndjson.gz": resolve("golden", "demo", "connections.ndjson.gz"),
  };
}

/** The code of each chunk, made by the Node that will run it. */
function codeAssets(processor: Processor): Record<string, string> {
  const folder = join(work, `code-${processor.arch}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const [program = "", ...words] = starting(processor, nodePath(processor));
  const script = resolve("bin", "build", "single", "code.cjs");
  execFileSync(program, [...words, "--hash-seed=1", script, chunks, folder], { env: {} });
  return Object.fromEntries(filesIn(folder, ".cjs").map((name) => [`code/${name}`, join(folder, name)]));
}

function writeKoffi({ arch, strip }: Processor): string {
  const name = `@koromix/koffi-linux-${arch}`;
  const { version } = JSON.parse(readFileSync(join("node_modules", "koffi", "package.json"), "utf8")) as {
    version: string;
  };
  const file = join(work, `koffi-${arch}.node`);
  writeFileSync(file, readFileSync(join(npmPackage(name, version), `linux_${arch}`, "koffi.node")));
  execFileSync(strip, [file]);
  return file;
}

function copiedNode({ arch }: Processor): string {
  return join(work, `node-${arch}`);
}

/** Injects the loader and the assets into a copy of Node, and puts the start before it. */
function writeExecutable(processor: Processor, assets: Record<string, string>, path: string): void {
  const config = `${path}.json`;
  const blob = `${path}.blob`;
  // The path becomes part of the executable, so it names no folder of this machine.
  const main = join("bin", "build", "single", "loader.cjs");
  const sorted = Object.fromEntries(Object.entries(assets).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true, assets: sorted }));
  execFileSync(process.execPath, ["--experimental-sea-config", config], { stdio: "pipe" });
  writeFileSync(path, readFileSync(copiedNode(processor)), { mode: 0o755 });
  const postject = resolve("node_modules", "postject", "dist", "cli.js");
  execFileSync(process.execPath, [postject, path, "NODE_SEA_BLOB", blob, "--sentinel-fuse", SENTINEL], {
    stdio: "pipe",
  });
  for (const file of [config, blob]) rmSync(file);
  writeStarted(processor, path);
}
