import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryPath } from "./repository.ts";

/** Where the chapters of the manual lie. */
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

/** The documents whose examples run: README and chapters. */
export function documentsWithExamples(): Document[] {
  return [readDocument("README.md"), ...chapters()];
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(repositoryPath(path), "utf8") };
}
