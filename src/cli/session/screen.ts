import type { Session } from "./session.ts";

/** The properties of stdout that layout and colours depend on. */
export interface Screen {
  readonly isTerminal: boolean;
  /** The columns of the terminal; undefined if stdout is none, or has no size. */
  readonly width: number | undefined;
  /** True for output in colours. */
  readonly color: boolean;
}

/** Returns the current screen. */
export function screenOf(session: Session): Screen {
  const { isTerminal } = session.context.stdout;
  return { isTerminal, width: terminalWidth(session), color: hasColor(session) };
}

function terminalWidth({ context: { stdout } }: Session): number | undefined {
  // Some terminals have no size, which is 0.
  return stdout.isTerminal ? stdout.columns?.() || undefined : undefined;
}

/**
 * Returns true if output is coloured, and lets colours pass to the terminal from then on. NO_COLOR counts unless it is
 * empty (no-color.org).
 */
export function hasColor({ options: { color }, context: { stdout, env }, passColours }: Session): boolean {
  const has = color === "always" || (color !== "never" && stdout.isTerminal && (env.NO_COLOR ?? "") === "");
  if (has) passColours();
  return has;
}
