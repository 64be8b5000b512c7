import {
  type FunctionLikeDeclaration,
  type Node,
  NodeFlags,
  type ReturnStatement,
  SyntaxKind,
  type TryStatement,
} from "typescript/unstable/ast";
import {
  isForOfStatement,
  isForStatement,
  isFunctionLikeDeclaration,
  isReturnStatement,
  isTryStatement,
  isVariableDeclarationList,
  isVariableStatement,
} from "typescript/unstable/ast/is";
import type { Type } from "typescript/unstable/sync";
import { type Finding, lineOf, type Project } from "../project.ts";

/** What runs on after it was returned: a promise's work, and a generator's, which begins with the first value taken. */
const PENDING = /^(?:Promise|PromiseLike|Generator|AsyncGenerator)$/;

/**
 * Returns of a promise or a generator, un-awaited, out of a block that ends something: one with `using` or
 * `await using`, or a `try`. The resource is closed, and the `catch` left, before the work is done: `return await`
 * waits for it.
 */
export function outlivingReturns({ modules, checker }: Pick<Project, "modules" | "checker">): Finding[] {
  return modules.flatMap(({ path, source }) => {
    const returns = guardedReturns(source).filter(({ node: { expression } }) => {
      return expression !== undefined && isPending(checker.getTypeAtLocation(expression));
    });
    return returns.map(({ node, by }) => {
      return {
        path,
        line: lineOf(source, node),
        what: `returns a promise or generator out of a block with ${by}: await it`,
      };
    });
  });
}

interface GuardedReturn {
  readonly node: ReturnStatement;
  /** What ends with the block. */
  readonly by: string;
}

/** Finds the returns that leave a block which ends something, in the function that the block belongs to. */
function guardedReturns(root: Node): GuardedReturn[] {
  const found: GuardedReturn[] = [];
  const walk = (node: Node, by: string | undefined, owner: FunctionLikeDeclaration | undefined): void => {
    if (isReturnStatement(node) && by !== undefined && counts(by, owner)) found.push({ node, by });
    const inside = isFunctionLikeDeclaration(node) ? node : owner;
    for (const [child, guard] of childrenWithGuards(node, by)) walk(child, guard, inside);
  };
  walk(root, undefined, undefined);
  return found;
}

/**
 * Whether a pending return out of such a block is a fault in this function. An async generator awaits what it returns
 * by itself. A function that isn't async and catches what its calls throw at once does not mean the failures of
 * promises.
 */
function counts(by: string, owner: FunctionLikeDeclaration | undefined): boolean {
  const isAsync = owner?.modifiers?.some(({ kind }) => kind === SyntaxKind.AsyncKeyword) ?? false;
  const isGenerator = owner !== undefined && "asteriskToken" in owner && owner.asteriskToken !== undefined;
  return isAsync ? !isGenerator : by !== "catch";
}

/** The children of a node, each with what ends when it is left, if something does. */
function childrenWithGuards(node: Node, by: string | undefined): [Node, string | undefined][] {
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  if (isFunctionLikeDeclaration(node)) return children.map((child) => [child, undefined]);
  if (isTryStatement(node)) return children.map((child) => [child, guardInTry(node, child) ?? by]);
  if (isForStatement(node) || isForOfStatement(node)) {
    const guard = usingOf(node.initializer) ?? by;
    return children.map((child) => [child, guard]);
  }
  let guard = by;
  return children.map((child) => {
    // A declaration guards what follows it in its block.
    if (isVariableStatement(child)) guard = usingOf(child.declarationList) ?? guard;
    return [child, guard];
  });
}

function guardInTry({ tryBlock, finallyBlock }: TryStatement, part: Node): string | undefined {
  if (part === finallyBlock) return undefined;
  if (finallyBlock !== undefined) return "finally";
  return part === tryBlock ? "catch" : undefined;
}

function isPending(type: Type | undefined): boolean {
  if (type === undefined) return false;
  if (type.isUnionType()) return type.getTypes().some(isPending);
  return PENDING.test(type.getSymbol()?.name ?? "");
}

function usingOf(node: Node | undefined): string | undefined {
  if (node === undefined || !isVariableDeclarationList(node)) return undefined;
  const kind = node.flags & NodeFlags.BlockScoped;
  if (kind === NodeFlags.AwaitUsing) return "await using";
  return kind === NodeFlags.Using ? "using" : undefined;
}
