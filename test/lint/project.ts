import { relative, resolve } from "node:path";
import { type Node, type SourceFile, SyntaxKind } from "typescript/unstable/ast";
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
} from "typescript/unstable/ast/is";
import { API, type Checker } from "typescript/unstable/sync";

/** A breach of a rule. */
export interface Finding {
  /** Relative to the root of the project, or a folder. */
  readonly path: string;
  /** The line, from 1; undefined where the whole file is meant. */
  readonly line?: number;
  readonly what: string;
}

export interface Module {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly source: SourceFile;
  /** What it imports of the project, type imports and `import()` included, in order. */
  readonly imports: readonly Import[];
}

export interface Import {
  /** The path of the imported module, relative to the root. */
  readonly path: string;
  readonly line: number;
  /** Whether only types are imported. */
  readonly types: boolean;
}

/** The modules of a project, parsed and with their types: through the compiler that `npm run typecheck` uses. */
export class Project implements Disposable {
  readonly root: string;
  readonly modules: readonly Module[];
  readonly checker: Checker;
  readonly #api: API;

  /** Opens the project of a tsconfig.json; only modules below `root` are looked at. */
  constructor(root: string, config: string) {
    this.root = root;
    this.#api = new API({ cwd: root });
    const [project] = this.#api.updateSnapshot({ openProjects: [resolve(root, config)] }).getProjects();
    if (project === undefined) throw new Error(`${config} is no project`);
    this.checker = project.checker;
    const below = project.program.getSourceFileNames().filter((file) => file.startsWith(`${root}/`));
    this.modules = below.flatMap((file) => {
      const source = project.program.getSourceFile(file);
      if (source === undefined || file.includes("/node_modules/")) return [];
      return [{ path: relative(root, file), source, imports: importsOf(root, source) }];
    });
  }

  [Symbol.dispose](): void {
    this.#api.close();
  }
}

/** The line of a node, from 1. */
export function lineOf(source: SourceFile, node: Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Calls the function with each node of a tree, from the top. */
export function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

function importsOf(root: string, source: SourceFile): Import[] {
  const imports: Import[] = [];
  visit(source, (node) => {
    const found = importOf(node);
    if (found === undefined || !found.from.startsWith(".")) return;
    const path = relative(root, resolve(source.fileName, "..", found.from));
    imports.push({ path, line: lineOf(source, node), types: found.types });
  });
  return imports;
}

/** What a node imports: an import or re-export, `import("x")`, or the type `import("x").T`. */
function importOf(node: Node): { from: string; types: boolean } | undefined {
  if (isImportDeclaration(node) && isStringLiteral(node.moduleSpecifier)) {
    const { importClause } = node;
    return { from: node.moduleSpecifier.text, types: importClause?.phaseModifier === SyntaxKind.TypeKeyword };
  }
  if (isExportDeclaration(node) && node.moduleSpecifier !== undefined && isStringLiteral(node.moduleSpecifier)) {
    return { from: node.moduleSpecifier.text, types: node.isTypeOnly };
  }
  if (isImportTypeNode(node) && isLiteralTypeNode(node.argument) && isStringLiteral(node.argument.literal)) {
    return { from: node.argument.literal.text, types: true };
  }
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    const [from] = node.arguments;
    return from !== undefined && isStringLiteral(from) ? { from: from.text, types: false } : undefined;
  }
  return undefined;
}
