import type { CommandName } from "./commands.ts";
import type { Session } from "./session.ts";

/** The code of a command. */
export interface CommandModule {
  /** Works on the words behind the command's name and returns the exit status. */
  readonly run: (words: readonly string[], session: Session) => Promise<number>;
}

/** Loads the code of a command, and only of that one. */
export const loadCommand: Readonly<Record<CommandName, () => Promise<CommandModule>>> = {
  list: () => import("./commands/list.ts"),
  dump: () => import("./commands/dump.ts"),
  lookup: () => import("./commands/lookup.ts"),
  getnext: () => import("./commands/getnext.ts"),
  peek: () => import("./commands/lookup.ts"),
  save: () => import("./commands/save.ts"),
  demo: () => import("./commands/demo.ts"),
  help: () => import("./commands/help.ts"),
  version: () => import("./commands/version.ts"),
  completion: () => import("./commands/completion.ts"),
};
