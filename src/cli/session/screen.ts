import type { Session } from "./session.ts";

/** The place that stdout shows text in. */
export interface Screen {
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined where stdout is none, or has no size. */
  readonly width: number | undefined;
  /** Print in colours. */
  readonly color: boolean;
}

/** The screen as it is now. */
export function screenOf(session: Session): Screen {
  const { isTerminal } = session.context.stdout;
  return { isTerminal, width: terminalWidth(session), color: hasColor(session) };
}

function terminalWidth({ context: { stdout } }: Session): number | undefined {
  // Some terminals have no size, which is 0.
  return stdout.isTerminal ? stdout.columns?.() || undefined : undefined;
}

/** Colours pass to the terminal from then on. NO_COLOR as no-color.org has it: any text but none. */
export function hasColor({ options: { color }, context: { stdout, env }, passColours }: Session): boolean {
  const has = color === "always" || (color !== "never" && stdout.isTerminal && (env.NO_COLOR ?? "") === "");
  if (has) passColours();
  return has;
}
