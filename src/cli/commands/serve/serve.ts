import { unwatchFile, watchFile } from "node:fs";
import { hostname } from "node:os";
import { VERSION } from "../../../sdk/version.ts";
import { WebAccess } from "../../../server/access/web-access.ts";
import { metricsRoutes } from "../../../server/http/metrics-routes.ts";
import { type ListenAddress, serve } from "../../../server/http/serve.ts";
import { type LogFields, type Logger, logLine } from "../../../server/log/logger.ts";
import { ScrapedPage, SharedScrapes } from "../../../server/scrape/shared-scrapes.ts";
import { wrongWords } from "../../args/usage.ts";
import { usage } from "../../result/command-error.ts";
import { EXIT } from "../../result/exit-codes.ts";
import type { Session } from "../../session/session.ts";
import { Scrapes } from "./scrapes.ts";
import { servedPage } from "./served-page.ts";

const DEFAULT_ADDRESS: ListenAddress = { host: "127.0.0.1", port: 9427 };
const DEFAULT_TIMEOUT_MS = 10_000;
/** The time for answers to be taken when the program is to end: less than Kubernetes and systemd wait. */
const DRAIN_MS = 5000;
/** The time between two looks at the configuration's file. */
const CHANGED_MS = 2000;

/** `serve`: serves metrics of maps until a signal, prints them once, or checks a configuration. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length > 0) throw wrongWords("serve", words);
  const { options } = session;
  if (options.serveCheck) return checkOnly(session);
  return options.once ? await printOnce(session) : await serveUntilSignal(session);
}

function checkOnly(session: Session): number {
  const { serveConfig, webConfigFile } = session.options;
  if (serveConfig === undefined && webConfigFile === undefined)
    throw usage("--check needs --config FILE or --web.config.file FILE");
  new Scrapes(session, warner(session));
  webAccess(session, warner(session));
  for (const file of [serveConfig, webConfigFile]) if (file !== undefined) session.out.text(`${file}: no mistakes\n`);
  return EXIT.ok;
}

async function printOnce(session: Session): Promise<number> {
  const { timeout = DEFAULT_TIMEOUT_MS } = session.options;
  const { scrape } = new Scrapes(session, warner(session));
  const page = new ScrapedPage(await scrape(timeout));
  session.out.flush();
  session.context.stdout.write(await page.bytes("text", false));
  return EXIT.ok;
}

async function serveUntilSignal(session: Session): Promise<number> {
  const { context, options } = session;
  const { listen = DEFAULT_ADDRESS, timeout = DEFAULT_TIMEOUT_MS, maxAge = 0, serveConfig } = options;
  const log = logger(session);
  const scrapes = new Scrapes(session, log);
  const access = webAccess(session, log);
  const newShared = (): SharedScrapes => new SharedScrapes(scrapes.scrape, { maxAge, clock: context.clock });
  let shared = newShared();
  const reload = (): void => {
    if (scrapes.reload()) shared = newShared();
  };
  using interruption = context.interruption(reload);
  const { signal } = interruption;
  const unready = (): string | undefined => (signal.aborted ? "stopping" : undefined);
  const metrics = metricsRoutes({ scrapes: () => shared, unready, timeout });
  const routes = options.noPage ? metrics : [...(await servedPage(session)), ...metrics];
  const server = await serve({ routes, hosts: options.allowHost ?? ownNames(), log, access }, listen);
  if (serveConfig !== undefined) watchFile(serveConfig, { interval: CHANGED_MS }, reload);
  log("info", "listening", { address: server.address, version: VERSION, ...accessFields(access) });
  await aborted(signal);
  if (serveConfig !== undefined) unwatchFile(serveConfig, reload);
  log("info", "stopping");
  await server.drain(DRAIN_MS);
  log("info", "stopped");
  return EXIT.ok;
}

/** The rules for clients of the web configuration, if there is one. Throws FILE for mistakes in it. */
function webAccess({ options, context }: Session, log: Logger): WebAccess | undefined {
  return options.webConfigFile === undefined ? undefined : new WebAccess(options.webConfigFile, log, context.clock);
}

function accessFields(access: WebAccess | undefined): LogFields {
  return access === undefined ? {} : { tls: access.tls !== undefined, passwords: access.asksForPassword };
}

function logger({ warn, context, options }: Session): Logger {
  const format = options.logFormat ?? "logfmt";
  return (level, message, fields) => warn(logLine(format, context.origin().now, level, message, fields));
}

/** The log of a run that ends by itself: warnings as other commands give them. */
function warner({ warn }: Session): Logger {
  return (level, message, fields) => {
    if (level !== "info") warn(`Warning: ${message}: ${Object.values(fields ?? {}).join(": ")}`);
  };
}

/** The names of this machine: the whole one, and that before the first dot. */
function ownNames(): string[] {
  const name = hostname().toLowerCase();
  return [...new Set([name, name.split(".", 1)[0] ?? name])];
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
