import { type Expression, type Node, SyntaxKind } from "typescript/unstable/ast";
import {
  isArrayLiteralExpression,
  isAsExpression,
  isBinaryExpression,
  isCallExpression,
  isCaseClause,
  isElementAccessExpression,
  isEnumMember,
  isIdentifier,
  isNewExpression,
  isNonNullExpression,
  isNumericLiteral,
  isObjectLiteralExpression,
  isParenthesizedExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isSatisfiesExpression,
  isSwitchStatement,
  isVariableDeclaration,
  isVariableStatement,
} from "typescript/unstable/ast/is";
import { type Finding, lineOf, type Module, type Project, visit } from "../project.ts";

/** The one module that knows the numbers of map types. */
const TABLE = "src/sys/map-types.ts";

const COMPARISONS = new Set([
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
  SyntaxKind.LessThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.GreaterThanEqualsToken,
]);

/**
 * Numbers of map types outside their table, in the forms in which they come: a constant named for one
 * (`BPF_MAP_TYPE_HASH = 1`), a comparison (`info.type === 5`, `switch (mapType)`), and a list or table of numbers that
 * is called one of map types or in which a type is looked up (`new Set([1, 5]).has(type)`, `{ 1: "hash" }[type]`).
 */
export function mapTypeNumbers({ modules }: Pick<Project, "modules">): Finding[] {
  const outside = modules.filter(({ path }) => path !== TABLE);
  const lists = namesOfLists(outside);
  return outside.flatMap(({ path, source }) => {
    const findings: Finding[] = [];
    visit(source, (node) => {
      const what =
        constant(node) ?? comparison(node) ?? branch(node) ?? lookup(node, lists) ?? declaredList(node, source.text);
      if (what !== undefined)
        findings.push({ path, line: lineOf(source, node), what: `${what} belongs into ${TABLE}` });
    });
    return findings;
  });
}

function constant(node: Node): string | undefined {
  if (!isVariableDeclaration(node) && !isEnumMember(node) && !isPropertyAssignment(node)) return undefined;
  if (!isIdentifier(node.name) || !/^(?:BPF_)?MAP_TYPE_/.test(node.name.text)) return undefined;
  return node.initializer !== undefined && isNumericLiteral(node.initializer) ? node.name.text : undefined;
}

function comparison(node: Node): string | undefined {
  if (!isBinaryExpression(node) || !COMPARISONS.has(node.operatorToken.kind)) return undefined;
  const compares = (one: Expression, other: Expression) => isMapType(one) && isTypeNumber(other);
  const found = compares(node.left, node.right) || compares(node.right, node.left);
  return found ? "a comparison with a number of a map type" : undefined;
}

function branch(node: Node): string | undefined {
  if (!isSwitchStatement(node) || !isMapType(node.expression)) return undefined;
  const numbers = node.caseBlock.clauses.some((clause) => isCaseClause(clause) && isTypeNumber(clause.expression));
  return numbers ? "a switch over numbers of map types" : undefined;
}

/** `LIST.has(type)`, `.includes(type)`, `.get(type)`, `TABLE[type]`, of lists and tables of numbers. */
function lookup(node: Node, lists: ReadonlySet<string>): string | undefined {
  if (isCallExpression(node) && isPropertyAccessExpression(node.expression)) {
    const { expression: list, name } = node.expression;
    const [wanted] = node.arguments;
    if (!/^(?:has|includes|indexOf|get)$/.test(name.text) || wanted === undefined || !isMapType(wanted))
      return undefined;
    return isListOfNumbers(list) || (isIdentifier(list) && lists.has(list.text)) ? "a list of map types" : undefined;
  }
  if (isElementAccessExpression(node) && isMapType(node.argumentExpression)) {
    const table = node.expression;
    return isListOfNumbers(table) || (isIdentifier(table) && lists.has(table.text))
      ? "a table of map types"
      : undefined;
  }
  return undefined;
}

/** A list or table of numbers that is said to be of map types, by its name or by the comment above it. */
function declaredList(node: Node, text: string): string | undefined {
  if (!isVariableStatement(node)) return undefined;
  const [declaration] = node.declarationList.declarations;
  if (declaration?.initializer === undefined || !isListOfNumbers(declaration.initializer)) return undefined;
  const head = text.slice(node.pos, declaration.initializer.pos);
  return /map[ _]?types?/i.test(head) ? "a list of map types" : undefined;
}

/** The names of all constants that are lists or tables of numbers. */
function namesOfLists(modules: readonly Module[]): Set<string> {
  const names = new Set<string>();
  for (const { source } of modules) {
    visit(source, (node) => {
      if (!isVariableDeclaration(node) || !isIdentifier(node.name) || node.initializer === undefined) return;
      if (isListOfNumbers(node.initializer)) names.add(node.name.text);
    });
  }
  return names;
}

/** `[1, 5]`, `new Set([1, 5])`, `new Map([[1, x], [5, y]])`, `{ 1: x, 5: y }`, also `as const` or `satisfies`. */
function isListOfNumbers(node: Node): boolean {
  if (isAsExpression(node) || isSatisfiesExpression(node) || isParenthesizedExpression(node)) {
    return isListOfNumbers(node.expression);
  }
  if (isNewExpression(node)) return node.arguments?.some(isListOfNumbers) ?? false;
  if (isArrayLiteralExpression(node)) return allAndSome(node.elements, (one) => isTypeNumber(one) || isPair(one));
  if (!isObjectLiteralExpression(node)) return false;
  return allAndSome(node.properties, (one) => isPropertyAssignment(one) && isTypeNumber(one.name));
}

function isPair(node: Node): boolean {
  const [key] = isArrayLiteralExpression(node) ? node.elements : [];
  return key !== undefined && isTypeNumber(key);
}

function allAndSome(nodes: readonly Node[], accepts: (node: Node) => boolean): boolean {
  return nodes.length > 0 && nodes.every(accepts);
}

/** An expression that is called the type of a map: `type`, `info.type`, `mapType`, `map_type`. */
function isMapType(node: Node): boolean {
  if (isPropertyAccessExpression(node)) return isMapType(node.name);
  if (isParenthesizedExpression(node) || isNonNullExpression(node) || isAsExpression(node))
    return isMapType(node.expression);
  return isIdentifier(node) && /^(?:type|mapType|map_type|innerType)$/.test(node.text);
}

/** A number that a map type can have; 0 is none, and type ids of BTF are compared with it. */
function isTypeNumber(node: Node): boolean {
  return isNumericLiteral(node) && Number(node.text) > 0;
}
