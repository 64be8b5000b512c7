import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manPage } from "../../src/cli/args/help/man-page.ts";

// node test/run.mjs bin/build/man.mts: writes the manual page from the tables of commands and flags. Its date is the
// day on which its text changed last, so that a build on another day gives the same page.
const file = join(process.cwd(), "bin", "man", "ebpf-map.1");
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const before = existsSync(file) ? readFileSync(file, "utf8") : "";
const date = /^\.TH \S+ 1 "([\d-]+)"/m.exec(before)?.[1];
if (date === undefined || manPage({ version, date }) !== before) {
  writeFileSync(file, manPage({ version, date: new Date().toISOString().slice(0, 10) }));
}
