import { terminalColours } from "../../output/terminal/colours.ts";
import { cutToWidth, visible } from "../../output/terminal/visible.ts";
import { Scroller } from "./scroller.ts";
import type { Terminal } from "./terminal.ts";

const FOOT = "q or Escape back";

/**
 * Shows lines of text, which scroll, until a key that means "back". Returns true if it was Ctrl-C. A function makes the
 * lines for the width of the screen.
 */
export async function showPage(
  title: string,
  lines: readonly string[] | ((width: number) => readonly string[]),
  terminal: Terminal,
  { color, signal }: { readonly color: boolean; readonly signal: AbortSignal },
): Promise<boolean> {
  const { bold } = terminalColours(color);
  const linesFor = typeof lines === "function" ? lines : (): readonly string[] => lines;
  const scroller = new Scroller();
  while (!signal.aborted) {
    const { width, height } = terminal;
    const room = Math.max(1, height - 2);
    const safe = linesFor(width).map((line) => visible(line.replaceAll("\t", "    ")));
    // What scrolls is the part that is seen, not a selected line in it.
    scroller.fit(Math.max(1, safe.length - room + 1), 1);
    const seen = safe.slice(scroller.row, scroller.row + room).map((line) => cutToWidth(line, width));
    const blanks = Array.from({ length: room - seen.length }, () => "");
    const more = safe.length > scroller.row + room ? `  ${safe.length - scroller.row - room} more lines` : "";
    terminal.draw(
      [bold(cutToWidth(visible(title), width)), ...seen, ...blanks, cutToWidth(FOOT + more, width)].slice(0, height),
    );
    const event = await terminal.event(IDLE_MS, signal);
    if (event?.kind !== "key") continue;
    if (event.key === "ctrl-c") return true;
    if (scroller.key(event.key)) continue;
    if (["q", "escape", "enter", "i", "?", "left", "backspace"].includes(event.key)) return false;
  }
  return false;
}

/** The time between two wake-ups while nothing changes. */
export const IDLE_MS = 60_000;
