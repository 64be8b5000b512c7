import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";
import { cellOptions, hasColor } from "../rows/open-query.ts";
import type { Session } from "../session/session.ts";
import { Terminal } from "./terminal.ts";
import { nextTick } from "./ticker.ts";
import { WatchView } from "./watch-view.ts";
import type { WatchedMap } from "./watched-map.ts";
import { Watcher } from "./watcher.ts";

const CTRL_C = "\x03";

/** Watches on a terminal. How it ended: the map is gone, or with the exit status; undefined for that of a signal. */
export async function watchTerminal(
  watched: WatchedMap,
  session: Session,
  plan: { interval: number; count: number; signal: AbortSignal },
): Promise<"gone" | { readonly status: number | undefined }> {
  const { context } = session;
  const { signal } = plan;
  let view: WatchView | undefined;
  // What would be said on stderr belongs on the screen while there is one.
  const inside: Session = { ...session, warn: (line) => (view === undefined ? session.warn(line) : show(view, line)) };
  const watcher = await Watcher.open(watched, inside);
  if (watcher === undefined) return "gone";
  view = new WatchView(watcher, cellOptions(session, watched.origin), plan.interval, session.options.where?.text);
  using terminal = new Terminal(context);
  const color = hasColor(session);
  const draw = (): void => terminal.draw(view?.lines({ width: terminal.width, height: terminal.height, color }) ?? []);
  let start = context.clock();
  let number = 0;
  for (let reads = 1; ; reads++) {
    if (!(await watcher.read())) return "gone";
    view.update(timeOf(context.origin().now));
    if (reads >= plan.count) return { status: 0 };
    draw();
    const next = nextTick(start, number, view.interval, context.clock());
    view.skipped += next.skipped;
    number = next.number;
    let due = next.at;
    for (let isDue = false; !isDue; ) {
      const event = await terminal.event(view.isPaused ? IDLE_MS : due - context.clock(), signal);
      if (signal.aborted) return { status: undefined };
      if (event === undefined) {
        isDue = !view.isPaused;
        continue;
      }
      const wish = event.kind === "resize" ? "nothing" : event.key === CTRL_C ? "interrupt" : await view.key(event.key);
      if (wish === "interrupt") return { status: EXIT_BY_SIGNAL.SIGINT };
      if (wish === "quit") return { status: 0 };
      if (wish === "interval") {
        start = context.clock();
        number = 1;
        due = start + view.interval;
      }
      if (wish === "read") {
        start = context.clock();
        number = 0;
        isDue = true;
      }
      draw();
    }
  }
}

/** How long a pause sleeps between two looks. */
const IDLE_MS = 60_000;

function show(view: WatchView, line: string): void {
  view.message = line;
}

/** The time of day where the terminal is. */
function timeOf(now: Date): string {
  return now.toLocaleTimeString("en-GB");
}
