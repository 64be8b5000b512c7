import { dirname } from "node:path";
import type { Finding, Project } from "../project.ts";

const MAX_LINES = 400;
const MAX_FILES = 20;
const MAX_WIDTH = 120;

/** A file of more than 400 lines is one table or one switch (and allowed by name), or it does several things. */
export function longFiles({ modules }: Pick<Project, "modules">): Finding[] {
  return modules.flatMap(({ path, source }) => {
    const lines = source.text.replace(/\n$/, "").split("\n").length;
    return lines > MAX_LINES ? [{ path, what: `${lines} lines; ${MAX_LINES} at most` }] : [];
  });
}

/** A folder that holds more than 20 modules is a pile, not a room. */
export function fullFolders({ modules }: Pick<Project, "modules">): Finding[] {
  const counts = new Map<string, number>();
  for (const { path } of modules) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].flatMap(([path, count]) => {
    return count > MAX_FILES ? [{ path, what: `${count} modules; ${MAX_FILES} at most` }] : [];
  });
}

/** A line of a comment that is wider than the lines of code beside it, which Biome breaks and comments it doesn't. */
export function wideComments({ modules }: Pick<Project, "modules">): Finding[] {
  return modules.flatMap(({ path, source }) =>
    source.text.split("\n").flatMap((text, i) => {
      const isWide = text.length > MAX_WIDTH && /^\s*(\/\/|\/?\*)/.test(text);
      return isWide ? [{ path, line: i + 1, what: `a comment of ${text.length} columns; ${MAX_WIDTH} at most` }] : [];
    }),
  );
}
