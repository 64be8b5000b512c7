import { execFileSync } from "node:child_process";

/**
 * The second that files of a build are dated with: SOURCE_DATE_EPOCH, or that of the last commit, so that it is no
 * news.
 */
export function sourceDate(): number {
  const text =
    process.env.SOURCE_DATE_EPOCH ?? execFileSync("git", ["log", "-1", "--format=%ct"], { encoding: "utf8" });
  if (!/^\d+\s*$/.test(text)) throw new Error(`SOURCE_DATE_EPOCH is no number of seconds: ${text}`);
  return Number(text);
}

/** The same as a date of ISO 8601. */
export function sourceDateText(): string {
  return new Date(sourceDate() * 1000).toISOString().replace(".000Z", "Z");
}
