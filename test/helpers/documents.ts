import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryPath } from "./repository.ts";

/** The folder of the manual's chapters. */
export const MANUAL = join("src", "manual");

/** A Markdown file of the repository. */
export interface Document {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/** The chapters of the manual, by name. */
export function chapters(): Document[] {
  return readdirSync(repositoryPath(MANUAL))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => readDocument(join(MANUAL, name)));
}

/** Chapters whose examples need no maps, and have a test of their own. */
const TESTED_ELSEWHERE = [
  { path: join(MANUAL, "verifier.md"), test: join("test", "unit", "verifier", "manual.test.ts") },
];

/** The documents whose examples run on the maps of the manual: README and chapters. */
export function documentsWithExamples(): Document[] {
  const elsewhere = TESTED_ELSEWHERE.filter(({ test }) => existsSync(repositoryPath(test))).map(({ path }) => path);
  return [readDocument("README.md"), ...chapters().filter(({ path }) => !elsewhere.includes(path))];
}

/** The documents whose programs run: all of them. */
export function documentsWithPrograms(): Document[] {
  return [readDocument("README.md"), ...chapters()];
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(repositoryPath(path), "utf8") };
}
