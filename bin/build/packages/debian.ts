import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Processor } from "../processors.ts";
import { runTool } from "../run-tool.ts";
import { sourceDate } from "../source-date.ts";
import { completionScript, gzipped, LICENCES, MAN_PAGE, put, putCopy, putProgram } from "./contents.ts";
import type { Target } from "./target.ts";

/** Writes the package for Debian and its like: the program, koffi as a file, the man page, completions, licences. */
export async function writeDebianPackage(processor: Processor, { version, work, path }: Target): Promise<void> {
  putProgram(work, processor);
  put(work, "usr/share/man/man1/ebpf-map.1.gz", gzipped(MAN_PAGE));
  put(work, "usr/share/bash-completion/completions/ebpf-map", await completionScript(processor));
  putCopy(work, "usr/share/doc/ebpf-map/copyright", LICENCES);
  put(work, "usr/share/doc/ebpf-map/changelog.gz", gzipped(resolve("CHANGELOG.md")));
  const files = filesBelow(work);
  put(work, "DEBIAN/md5sums", files.map((file) => md5Line(work, file)).join(""));
  put(work, "DEBIAN/control", control(processor, version, sizeOf(work, files)));
  // The number of threads decides how xz cuts its input, so it is the same everywhere.
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate()) };
  await runTool(["dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz", "--build", work, path], env);
}

function filesBelow(root: string): string[] {
  const entries = readdirSync(root, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return entries.map(({ parentPath, name }) => relative(root, join(parentPath, name))).sort();
}

function md5Line(root: string, file: string): string {
  const digest = createHash("md5")
    .update(readFileSync(join(root, file)))
    .digest("hex");
  return `${digest}  ${file}\n`;
}

/** The size in KiB that dpkg shows. */
function sizeOf(root: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + Math.ceil(statSync(join(root, file)).size / 1024), 0);
}

function control({ debian }: Processor, version: string, size: number): string {
  const { description } = JSON.parse(readFileSync("package.json", "utf8")) as { description: string };
  return `Package: ebpf-map
Version: ${version}
Architecture: ${debian}
Maintainer: the ebpf-map authors <ebpf-map@users.noreply.invalid>
Installed-Size: ${size}
Depends: libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 8)
Section: admin
Priority: optional
Description: reads eBPF maps
${description.replaceAll(/(.{1,75})(?: |$)/g, " $1\n")} .
 The package brings the Node.js that it runs with, and uses no other.
`;
}
