import type { Allowed } from "./allowed.ts";
import type { Finding, Project } from "./project.ts";
import { RULES } from "./rules.ts";

/** What all rules find in a project and the list doesn't allow, and what the list allows without need; a line each. */
export function problemsOf(project: Project, allowed: readonly Allowed[]): string[] {
  const unused = new Set(allowed);
  const problems: string[] = [];
  for (const [rule, check] of Object.entries(RULES)) {
    for (const finding of check(project)) {
      const entry = allowed.find((one) => one.rule === rule && one.path === finding.path);
      if (entry === undefined) problems.push(lineFor(rule, finding));
      else unused.delete(entry);
    }
  }
  return [...problems, ...[...unused].map(({ rule, path }) => `${path}: nothing to allow any more (${rule})`)];
}

function lineFor(rule: string, { path, line, what }: Finding): string {
  return `${path}${line === undefined ? "" : `:${line}`}: ${what} (${rule})`;
}
