import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "typescript/unstable/ast";
import {
  isArrowFunction,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isGetAccessorDeclaration,
  isMethodDeclaration,
  isSetAccessorDeclaration,
} from "typescript/unstable/ast/is";
import type { Finding, Project } from "../project.ts";

/** The folders in which each file with logic has a test. */
const TESTED = ["src/codec/", "src/query/", "src/sdk/"] as const;

/** Finds files with a function that have no test at the same path below `test/unit`. Types and tables need none. */
export function untestedFiles({ root, modules }: Project): Finding[] {
  return modules.flatMap(({ path, source }) => {
    if (!TESTED.some((folder) => path.startsWith(folder)) || !hasFunction(source)) return [];
    const test = path.replace(/^src\//, "test/unit/").replace(/\.ts$/, ".test.ts");
    return existsSync(join(root, test)) ? [] : [{ path, what: `it has logic, and no test in ${test}` }];
  });
}

function hasFunction(node: Node): boolean {
  if (isFunctionDeclaration(node) || isMethodDeclaration(node) || isConstructorDeclaration(node)) {
    // Without a body it is a type.
    if (node.body !== undefined) return true;
  }
  if (isArrowFunction(node) || isFunctionExpression(node)) return true;
  if (isGetAccessorDeclaration(node) || isSetAccessorDeclaration(node)) return true;
  let found = false;
  node.forEachChild((child) => {
    found ||= hasFunction(child);
  });
  return found;
}
