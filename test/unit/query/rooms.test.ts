import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { expect, test } from "vitest";
import { repositoryPath } from "../../helpers/repository.ts";

const ROOT = repositoryPath("src", "query");

/** The rooms in their order: a room imports from those before it, and `query.ts` stands between them. */
const ROOMS = ["fields", "cel/terms", "cel", "rows", "aggregate", "query.ts", "diff", "follow", "facts"];

/** The modules of src/query, and those of them that each imports, types included. */
const IMPORTS: ReadonlyMap<string, readonly string[]> = new Map(
  readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => {
      const specifiers = readFileSync(join(ROOT, path), "utf8").matchAll(
        /^(?:import|export|\}) .*?from "(\.[^"]+)";$/gm,
      );
      const targets = Array.from(specifiers, ([, target = ""]) => posix.join(dirname(path), target));
      return [path, targets.filter((target) => !target.startsWith(".."))];
    }),
);

function roomOf(path: string): string {
  return path === "query.ts" ? path : dirname(path);
}

test("each module stands in a room", () => {
  expect(IMPORTS.size).toBeGreaterThan(40);
  expect([...IMPORTS.keys()].filter((path) => !ROOMS.includes(roomOf(path)))).toEqual([]);
});

test("arrows between rooms run one way", () => {
  const upward = [...IMPORTS].flatMap(([path, targets]) =>
    targets
      .filter((target) => ROOMS.indexOf(roomOf(target)) > ROOMS.indexOf(roomOf(path)))
      .map((target) => `${path} → ${target}`),
  );
  expect(upward).toEqual([]);
});

test("no module leads back to itself, types included", () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of IMPORTS.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of IMPORTS.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test("each module with logic has a test at the same path", () => {
  /** Modules of types and constants alone. */
  const plain = ["aggregate/accumulator.ts", "facts/facts.ts"];
  const tests = readdirSync(repositoryPath("test", "unit", "query"), { recursive: true, encoding: "utf8" });
  const untested = [...IMPORTS.keys()].filter(
    (path) => !plain.includes(path) && !tests.includes(path.replace(/\.ts$/, ".test.ts")),
  );
  expect(untested.map((path) => relative(ROOT, join(ROOT, path)))).toEqual([]);
});
