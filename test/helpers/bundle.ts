import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { repositoryPath } from "./repository.ts";

/**
 * Bundles a TypeScript program of the tests into one that Node runs, for what has to be a process of its own. The file
 * lies in this repository, since koffi is found from there, and goes when it is disposed of.
 */
export async function bundleProgram(source: string): Promise<Disposable & { readonly path: string }> {
  const folder = mkdtempSync(repositoryPath("test", ".bundle-"));
  const path = join(folder, "program.mjs");
  const input = repositoryPath(source);
  const external = [/^node:/, "koffi", "vitest", "rolldown"];
  const bundle = await rolldown({ input, platform: "node", external, transform: { target: "node20" } });
  await bundle.write({ file: path, format: "esm" });
  await bundle.close();
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
