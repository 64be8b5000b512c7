import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeLicences } from "./node-binary.ts";

/** The licences of all that is in an executable: this program, the bundled packages, koffi, Node. */
export function licencesOf(packages: readonly string[]): string {
  const folders = [...new Set([...packages, join("node_modules", "koffi")])];
  const parts = [
    ["ebpf-map", readFileSync("LICENSE", "utf8")],
    ...folders.map((folder) => [nameOf(folder), licenceIn(folder)]),
    ["Node.js", nodeLicences()],
  ];
  return parts.map(([name, text]) => `${"=".repeat(78)}\n${name}\n${"=".repeat(78)}\n\n${text}\n`).join("\n");
}

function nameOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  return `${name} ${version}`;
}

/**
 * Returns the text of a package's own licence files, with its notices; its word for the licence where it brings no such
 * file.
 */
function licenceIn(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^(?:licen[cs]e|notice)(?:\.\w+)?$/i.test(name));
  if (files.length > 0)
    return files
      .sort()
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
  const { license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { license?: string };
  if (license === undefined) throw new Error(`${folder} has no licence`);
  return `${license}\n`;
}
