import { COMMANDS } from "../args/commands.ts";
import { definition, displayColumns, wrap } from "../args/help/wrap.ts";
import { markdownTableLines } from "./markdown-table.ts";

/** The style of Markdown on a terminal or in a pipe. */
export interface MarkdownStyle {
  /** Columns. */
  readonly width: number;
  readonly heading: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly code: (text: string) => string;
}

const CODE_INDENT = "    ";

/**
 * Renders a Markdown file as text that fits the width: headings, paragraphs, lists, quotes, tables, and code, which is
 * indented and never wrapped. Anything else is left as it is.
 */
export function renderMarkdown(text: string, style: MarkdownStyle): string {
  const blocks = blocksOf(text.replace(/<!--[\s\S]*?-->\n?/g, "").split("\n"));
  return blocks.map((block) => `${blockLines(block, style).join("\n")}\n`).join("\n");
}

type Block =
  | { readonly kind: "heading" | "code" | "table" | "quote" | "paragraph"; readonly lines: readonly string[] }
  | { readonly kind: "list"; readonly items: readonly ListItem[] };

interface ListItem {
  /** Columns before the mark. */
  readonly indent: number;
  /** `-` or `1.`. */
  readonly mark: string;
  readonly text: string;
}

const FENCE = /^\s*```/;
const HEADING = /^#{1,6} +/;
const ITEM = /^(\s*)([-*]|\d{1,3}\.) +(.*)$/;

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? "";
    if (line.trim() === "") i += 1;
    else if (FENCE.test(line)) {
      const end = nextLine(lines, i + 1, (one) => FENCE.test(one));
      blocks.push({ kind: "code", lines: lines.slice(i + 1, end) });
      i = end + 1;
    } else if (HEADING.test(line)) {
      blocks.push({ kind: "heading", lines: [line.replace(HEADING, "")] });
      i += 1;
    } else {
      const end = nextLine(lines, i + 1, (one) => one.trim() === "" || FENCE.test(one) || HEADING.test(one));
      blocks.push(textBlock(lines.slice(i, end)));
      i = end;
    }
  }
  return blocks;
}

function nextLine(lines: readonly string[], from: number, isEnd: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && !isEnd(lines[at] ?? "")) at += 1;
  return at;
}

function textBlock(lines: readonly string[]): Block {
  const [first = ""] = lines;
  if (first.startsWith("|")) return { kind: "table", lines };
  if (first.startsWith(">")) return { kind: "quote", lines: lines.map((line) => line.replace(/^> ?/, "")) };
  return ITEM.test(first) ? { kind: "list", items: itemsOf(lines) } : { kind: "paragraph", lines };
}

/** Splits a list into items. Lines without a mark continue the item above. */
function itemsOf(lines: readonly string[]): ListItem[] {
  const items: ListItem[] = [];
  for (const line of lines) {
    const [, indent = "", mark, text = ""] = ITEM.exec(line) ?? [];
    const last = items.at(-1);
    if (mark !== undefined) items.push({ indent: indent.length, mark, text });
    else if (last !== undefined) items[items.length - 1] = { ...last, text: `${last.text} ${line.trim()}` };
  }
  return items;
}

function blockLines(block: Block, style: MarkdownStyle): string[] {
  const { width } = style;
  switch (block.kind) {
    case "heading":
      return wrap(plainInline(block.lines.join(" ")), width).map((line) => style.heading(line));
    case "code":
      return block.lines.map((line) => (line === "" ? "" : CODE_INDENT + line));
    case "table":
      return markdownTableLines(block.lines, width, (text) => inline(text, style));
    case "quote":
      return wrap(inline(block.lines.join(" "), style), width, 2);
    case "paragraph":
      return wrap(inline(block.lines.join(" "), style), width);
    case "list":
      return block.items.flatMap(({ indent, mark, text }) => {
        const column = indent + displayColumns(mark) + 1;
        return definition(`${" ".repeat(indent)}${mark}`, inline(text, style), { width, column });
      });
  }
  return block satisfies never;
}

/** Renders code, bold text and links inside a line. */
function inline(text: string, style: MarkdownStyle): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 === 1 ? style.code(part.slice(1, -1)) : marksOf(part, style)))
    .join("");
}

function marksOf(text: string, { strong }: MarkdownStyle): string {
  return links(text).replace(/\*\*([^*]+)\*\*/g, (_, inner: string) => strong(inner));
}

function plainInline(text: string): string {
  return links(text).replace(/[`*]/g, "");
}

/** The words behind `help` for a chapter, which may have the name of a command. */
function topicWords(chapter: string): string {
  return COMMANDS.some(({ name }) => name === chapter) ? `manual ${chapter}` : chapter;
}

/** Replaces links: one to a chapter names the command that shows it, one to the web keeps its address. */
function links(text: string): string {
  return text.replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, label: string, target: string) => {
    const [, chapter] = /^(?:\.\/)?([\w-]+)\.md(?:#[\w-]*)?$/.exec(target) ?? [];
    if (chapter !== undefined) return `${label} (ebpf-map help ${topicWords(chapter)})`;
    return /^https?:/.test(target) ? `${label} <${target}>` : label;
  });
}
