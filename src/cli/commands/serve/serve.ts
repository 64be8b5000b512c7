import { readdirSync } from "node:fs";
import { hostname } from "node:os";
import { findOwners } from "../../../reader/owners/find-owners.ts";
import { ownerName } from "../../../reader/owners/owner-text.ts";
import { VERSION } from "../../../sdk/version.ts";
import { metricsRoutes } from "../../../server/http/metrics-routes.ts";
import { type ListenAddress, serve } from "../../../server/http/serve.ts";
import { type Logger, logLine, Problems } from "../../../server/log/logger.ts";
import { DefaultMetrics } from "../../../server/scrape/default-metrics.ts";
import { OwnerNames } from "../../../server/scrape/owner-names.ts";
import { ProcessMetrics } from "../../../server/scrape/process-metrics.ts";
import { ReadTotals } from "../../../server/scrape/read-totals.ts";
import { type Scrape, scrapeOf } from "../../../server/scrape/scrape.ts";
import { ScrapedPage, SharedScrapes } from "../../../server/scrape/shared-scrapes.ts";
import { LinuxObjectKernel } from "../../../sys/objects/linux.ts";
import { wrongWords } from "../../args/usage.ts";
import { EXIT } from "../../result/exit-codes.ts";
import type { Session } from "../../session/session.ts";

const DEFAULT_ADDRESS: ListenAddress = { host: "127.0.0.1", port: 9427 };
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_CPU_PERCENT = 5;
/** The time for answers to be taken when the program is to end: less than Kubernetes and systemd wait. */
const DRAIN_MS = 5000;

/** `serve`: serves metrics of maps until a signal, or prints them once. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length > 0) throw wrongWords("serve", words);
  return session.options.once ? await printOnce(session) : await serveUntilSignal(session);
}

async function printOnce(session: Session): Promise<number> {
  const { timeout = DEFAULT_TIMEOUT_MS } = session.options;
  const scrape = newScrape(session, (level, message, fields) => {
    if (level !== "info") session.warn(`Warning: ${message}: ${Object.values(fields ?? {}).join(": ")}`);
  });
  const page = new ScrapedPage(await scrape(timeout));
  session.out.flush();
  session.context.stdout.write(await page.bytes("text", false));
  return EXIT.ok;
}

async function serveUntilSignal(session: Session): Promise<number> {
  const { context, options } = session;
  const { listen = DEFAULT_ADDRESS, timeout = DEFAULT_TIMEOUT_MS, maxAge = 0 } = options;
  const log = logger(session);
  using interruption = context.interruption(() => log("info", "no configuration to reload"));
  const { signal } = interruption;
  const scrapes = new SharedScrapes(newScrape(session, log), { maxAge, clock: context.clock });
  const routes = metricsRoutes({
    scrapes: () => scrapes,
    unready: () => (signal.aborted ? "stopping" : undefined),
    timeout,
  });
  const server = await serve({ routes, hosts: options.allowHost ?? ownNames(), log }, listen);
  log("info", "listening", { address: server.address, version: VERSION });
  await aborted(signal);
  log("info", "stopping");
  await server.drain(DRAIN_MS);
  log("info", "stopped");
  return EXIT.ok;
}

function newScrape(session: Session, log: Logger): Scrape {
  const { context, kernel, options } = session;
  const { clock } = context;
  const problems = new Problems(log);
  const percent = options.cpu ?? DEFAULT_CPU_PERCENT;
  const collectors = [
    new DefaultMetrics({
      view: {
        kernel,
        mounts: "/proc/mounts",
        onLimited: (reason) => problems.begin("list", "only pinned maps can be seen", { reason }),
      },
      totals: new ReadTotals(),
      owners: new OwnerNames(() => ownerNames(session), clock),
      problems,
      clock,
      cpuShare: options.exact ? Number.POSITIVE_INFINITY : percent / 100,
    }),
    new ProcessMetrics({
      version: VERSION,
      cpuSeconds,
      residentBytes: () => process.memoryUsage.rss(),
      openFds,
      startSeconds: context.origin().now.getTime() / 1000 - process.uptime(),
    }),
  ];
  return scrapeOf(collectors, clock);
}

async function ownerNames({ kernel, context }: Session): Promise<(id: number) => string> {
  const objects = context.objects ?? new LinuxObjectKernel();
  const owners = await findOwners({ kernel, objects, self: context.pid });
  return (id) => ownerName(owners.of(id));
}

function logger({ warn, context, options }: Session): Logger {
  const format = options.logFormat ?? "logfmt";
  return (level, message, fields) => warn(logLine(format, context.origin().now, level, message, fields));
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function openFds(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
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
