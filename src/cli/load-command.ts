import type { CommandName } from "./args/commands.ts";
import { run as dump } from "./commands/dump.ts";
import { run as getnext } from "./commands/getnext.ts";
import { run as list } from "./commands/list.ts";
import { run as lookup } from "./commands/lookup.ts";
import type { Session } from "./session/session.ts";

/** Runs a command on the words behind its name and returns the exit status. */
export type RunCommand = (words: readonly string[], session: Session) => Promise<number>;

/**
 * The code of each command. Commands that read maps are part of the core, since another file costs more to load than a
 * longer one; the others are loaded on demand.
 */
export const loadCommand: Readonly<Record<CommandName, () => Promise<RunCommand>>> = {
  list: async () => list,
  dump: async () => dump,
  lookup: async () => lookup,
  getnext: async () => getnext,
  peek: async () => lookup,
  save: async () => (await import("./commands/save.ts")).run,
  schema: async () => (await import("./commands/schema/schema.ts")).run,
  generate: async () => (await import("./commands/generate/generate.ts")).run,
  events: async () => (await import("./commands/events.ts")).run,
  event_pipe: async () => (await import("./commands/event-pipe.ts")).run,
  stats: async () => (await import("./commands/stats/stats.ts")).run,
  top: async () => (await import("./commands/stats/top.ts")).run,
  diff: async () => (await import("./commands/diff.ts")).run,
  watch: async () => (await import("./commands/watch.ts")).run,
  report: async () => (await import("./commands/report.ts")).run,
  serve: async () => (await import("./commands/serve/serve.ts")).run,
  demo: async () => (await import("./commands/demo.ts")).run,
  verifier: async () => (await import("./commands/verifier.ts")).run,
  doctor: async () => (await import("./commands/doctor.ts")).run,
  help: async () => (await import("./commands/help.ts")).run,
  version: async () => (await import("./commands/version.ts")).run,
  completion: async () => (await import("./commands/completion/completion.ts")).run,
};
