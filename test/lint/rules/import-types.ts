import { isImportTypeNode } from "typescript/unstable/ast/is";
import { type Finding, lineOf, type Project, visit } from "../project.ts";

/**
 * Types that are written `import("./x.ts").T`: Biome finds circles of imports, type imports too, but not through these.
 */
export function importTypes({ modules }: Pick<Project, "modules">): Finding[] {
  return modules.flatMap(({ path, source }) => {
    const findings: Finding[] = [];
    visit(source, (node) => {
      if (!isImportTypeNode(node) || !/^import\(\s*["']\./.test(node.getText(source).replace(/^typeof\s+/, ""))) return;
      findings.push({ path, line: lineOf(source, node), what: "a type by import(): write import type" });
    });
    return findings;
  });
}
