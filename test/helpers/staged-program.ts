import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { repositoryPath } from "./repository.ts";
import type { Scratch } from "./scratch.ts";

/**
 * A copy of the program as it is in src now, in the scope's folder, which users who can't look into this repository can
 * run: returns the path of its `ebpf-map.js`. It is bundled with all that it loads but koffi, which has a binary.
 */
export async function stageProgram(scratch: Scratch): Promise<string> {
  const root = join(scratch.folder, "ebpf-map");
  mkdirSync(root);
  chmodSync(scratch.folder, 0o755);
  for (const path of ["bin", "package.json", join("node_modules", "koffi"), join("node_modules", "@koromix")]) {
    cpSync(repositoryPath(path), join(root, path), { recursive: true });
  }
  // The files of the page, if it is built.
  const page = join("dist", "page");
  if (existsSync(repositoryPath(page))) cpSync(repositoryPath(page), join(root, page), { recursive: true });
  await bundle(repositoryPath("src", "cli", "main.ts"), join(root, "dist", "cli", "core.cjs"));
  return join(root, "bin", "ebpf-map.js");
}

/** The same, for another entry point than the program's: a module of this repository, given by its path in it. */
export async function stageModule(scratch: Scratch, ...path: string[]): Promise<string> {
  const program = await stageProgram(scratch);
  const staged = join(program, "..", "..", "dist", "cli", "module.js");
  await bundle(repositoryPath(...path), staged);
  return staged;
}

/** Writes other characters than ASCII as escapes, as the build does: bin/load.js reads nothing else. */
function inAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Bundles a module into one file, with all that it loads but koffi, which has a binary; as bin/load.js takes chunks if
 * it ends in .cjs.
 */
export async function bundle(input: string, file: string): Promise<void> {
  const made = await rolldown({
    input,
    platform: "node",
    external: [/^node:/, "koffi"],
    transform: { target: "node20" },
    // Of yargs's, for configuration files that extend others.
    checks: { emptyImportMeta: false },
  });
  const { output } = await made.generate({ format: file.endsWith(".cjs") ? "cjs" : "esm", codeSplitting: false });
  await made.close();
  mkdirSync(dirname(file), { recursive: true });
  const code = inAscii(output[0].code);
  writeFileSync(file, file.endsWith(".cjs") ? Module.wrap(code) : code);
}
