import type { TopicEntry } from "../args/help/help-text.ts";
import { type ManualFile, manualFiles } from "../package/package-files.ts";

/** A chapter of the manual: a Markdown file of the package, by its name without `.md`. */
export interface Chapter extends TopicEntry {
  readonly text: string;
}

/** Returns the chapters of the manual, sorted by name. */
export function manualChapters(folder?: string): Chapter[] {
  return manualFiles(folder).map(chapterOf);
}

/** Makes a chapter of a Markdown file. The title is the first heading. */
function chapterOf({ name: file, text }: ManualFile): Chapter {
  const name = file.slice(0, -".md".length);
  return { name, title: /^# +(.+)$/m.exec(text)?.[1]?.replaceAll("`", "") ?? name, text };
}
