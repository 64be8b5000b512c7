import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Processor } from "../processors.ts";
import { runTool } from "../run-tool.ts";
import { sourceDate } from "../source-date.ts";
import { completionScript, LICENCES, MAN_PAGE, put, putCopy } from "./contents.ts";
import type { Target } from "./target.ts";

/** Writes an archive with the executable and what is read beside it, for systems that have no package. */
export async function writeArchive(
  processor: Processor,
  { version, sbom, work, path }: Target & { readonly sbom: string },
): Promise<void> {
  const name = `ebpf-map-${version}-linux-${processor.arch}`;
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  putCopy(folder, "ebpf-map", resolve("artefacts", `ebpf-map-linux-${processor.arch}`), 0o755);
  putCopy(folder, "ebpf-map.1", MAN_PAGE);
  put(folder, "ebpf-map.bash", await completionScript(processor));
  putCopy(folder, "LICENCES.txt", LICENCES);
  for (const file of ["README.md", "CHANGELOG.md"]) putCopy(folder, file, resolve(file));
  putCopy(folder, "ebpf-map.spdx.json", sbom);
  const tar = `${work}.tar`;
  await writeTar(work, tar, [name]);
  await runTool(["zstd", "-q", "-12", "-T1", "-f", tar, "-o", path]);
}

/** Writes a tar of files below a folder that depends on their names, modes and contents alone. */
export async function writeTar(folder: string, path: string, names: readonly string[]): Promise<void> {
  const options = ["--format=gnu", "--sort=name", "--numeric-owner", "--owner=0", "--group=0"];
  await runTool(["tar", ...options, `--mtime=@${sourceDate()}`, "-C", folder, "-cf", path, ...names]);
}
