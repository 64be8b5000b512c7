/** A fenced block: its language, the word behind it (a file's name, or how its output is compared), and its lines. */
export interface Fence {
  readonly language: string;
  readonly word: string;
  readonly lines: readonly string[];
  /** The index of the line that opens it. */
  readonly start: number;
}

/** A heading, with the anchor that GitHub gives it. */
export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

export interface Link {
  readonly text: string;
  readonly target: string;
}

const FENCE = /^```(\S*) ?(.*)$/;

/** The fenced blocks of a Markdown text, in order. */
export function fencesOf(text: string): Fence[] {
  const fences: Fence[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, language, word] = FENCE.exec(lines[at] ?? "") ?? [];
    if (language === undefined || word === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: a block without an end`);
    fences.push({ language, word, lines: lines.slice(at + 1, end), start: at });
    at = end;
  }
  return fences;
}

/** The text with the lines of fenced blocks left empty, so that what is in them isn't taken for headings and links. */
export function withoutFences(text: string): string {
  const lines = text.split("\n");
  for (const { start, lines: inside } of fencesOf(text)) lines.fill("", start, start + inside.length + 2);
  return lines.join("\n");
}

export function headingsOf(text: string): Heading[] {
  const seen = new Map<string, number>();
  return [...withoutFences(text).matchAll(/^(#+) (.+)$/gm)].map(([, marks = "", title = ""]) => {
    const slug = anchorOf(title);
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return { level: marks.length, text: title, anchor: times === 0 ? slug : `${slug}-${times}` };
  });
}

/** Links and images, those in code spans left out. */
export function linksOf(text: string): Link[] {
  const prose = withoutFences(text).replaceAll(/`[^`\n]*`/g, (span) => "x".repeat(span.length));
  return [...prose.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, label = "", target = ""]) => ({
    text: label,
    target,
  }));
}

/** As GitHub makes anchors: lower case, letters, digits, `-` and `_` kept, blanks turned into `-`. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
    .replaceAll(" ", "-");
}
