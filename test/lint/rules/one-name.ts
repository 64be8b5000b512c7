import { type Node, SyntaxKind } from "typescript/unstable/ast";
import {
  isClassDeclaration,
  isEnumDeclaration,
  isFunctionDeclaration,
  isIdentifier,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
  isVariableStatement,
} from "typescript/unstable/ast/is";
import { type Finding, lineOf, type Module, type Project } from "../project.ts";

/** The function by which main.ts starts a command: each of them exports it. */
const COMMANDS = "src/cli/commands/";
const RUN = "run";

/**
 * Finds exported names that another module exports, too: a name stands for one thing. Names that are passed on are
 * none.
 */
export function namesOfSeveral({ modules }: Pick<Project, "modules">): Finding[] {
  const places = new Map<string, { readonly path: string; readonly line: number }[]>();
  for (const module of modules) {
    for (const [name, line] of exportedNames(module)) {
      if (name === RUN && module.path.startsWith(COMMANDS)) continue;
      places.set(name, [...(places.get(name) ?? []), { path: module.path, line }]);
    }
  }
  return [...places].flatMap(([name, [first, ...others]]) => {
    return others.map((place) => ({ ...place, what: `${name} is the name of something in ${first?.path}, too` }));
  });
}

/** The names that a module declares and exports, once each, with their lines. */
function exportedNames({ source }: Module): Map<string, number> {
  const names = new Map<string, number>();
  source.forEachChild((node) => {
    for (const name of declaredNames(node)) {
      if (!names.has(name)) names.set(name, lineOf(source, node));
    }
  });
  return names;
}

function declaredNames(node: Node): string[] {
  if (isVariableStatement(node)) {
    if (!isExported(node.modifiers)) return [];
    return node.declarationList.declarations.flatMap(({ name }) => (isIdentifier(name) ? [name.text] : []));
  }
  const isDeclaration =
    isFunctionDeclaration(node) ||
    isClassDeclaration(node) ||
    isInterfaceDeclaration(node) ||
    isTypeAliasDeclaration(node) ||
    isEnumDeclaration(node);
  return isDeclaration && node.name !== undefined && isExported(node.modifiers) ? [node.name.text] : [];
}

function isExported(modifiers: Iterable<Node> | undefined): boolean {
  return [...(modifiers ?? [])].some(({ kind }) => kind === SyntaxKind.ExportKeyword);
}
