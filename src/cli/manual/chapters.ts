import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TopicEntry } from "../args/help/help-text.ts";

/** A chapter of the manual: a Markdown file of the package, by its name without `.md`. */
export interface Chapter extends TopicEntry {
  readonly text: string;
}

/** Returns the chapters in a folder, sorted by name; none if the package has no manual. */
export function chaptersIn(folder: string): Chapter[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(".md"));
  return files.sort().map((file) => chapterOf(file, readFileSync(join(folder, file), "utf8")));
}

/** Makes a chapter of a Markdown file. The title is the first heading. */
export function chapterOf(file: string, text: string): Chapter {
  const name = file.slice(0, -".md".length);
  return { name, title: /^# +(.+)$/m.exec(text)?.[1]?.replaceAll("`", "") ?? name, text };
}
