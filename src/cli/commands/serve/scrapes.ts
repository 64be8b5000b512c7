import { readdirSync } from "node:fs";
import { findOwners } from "../../../reader/owners/find-owners.ts";
import { ownerName } from "../../../reader/owners/owner-text.ts";
import type { LiveClock } from "../../../sdk/machine/query-clock.ts";
import { VERSION } from "../../../sdk/version.ts";
import type { MetricSpec } from "../../../server/config/metric-spec.ts";
import { readConfigFile } from "../../../server/config/read-config.ts";
import { type Logger, Problems } from "../../../server/log/logger.ts";
import type { VisibleMaps } from "../../../server/maps/seen-maps.ts";
import { ConfigState } from "../../../server/scrape/config-state.ts";
import { DefaultMetrics } from "../../../server/scrape/default-metrics.ts";
import { OwnerNames } from "../../../server/scrape/owner-names.ts";
import { ProcessMetrics } from "../../../server/scrape/process-metrics.ts";
import { ReadTotals } from "../../../server/scrape/read-totals.ts";
import type { Collector } from "../../../server/scrape/round.ts";
import { type Scrape, scrapeOf } from "../../../server/scrape/scrape.ts";
import { checkConfig } from "../../../server/series/check-config.ts";
import { ConfiguredMetrics } from "../../../server/series/configured-metrics.ts";
import { LinuxObjectKernel } from "../../../sys/objects/linux.ts";
import type { Session } from "../../session/session.ts";

const DEFAULT_CPU_PERCENT = 5;

/** The contents of scrapes: what every map has, and what a configuration takes of maps, which can be loaded again. */
export class Scrapes {
  readonly #session: Session;
  readonly #log: Logger;
  readonly #view: VisibleMaps;
  readonly #problems: Problems;
  readonly #totals = new ReadTotals();
  readonly #state: ConfigState | undefined;
  readonly #always: readonly Collector[];
  #configured: readonly Collector[] = [];

  /** Loads the configuration, if there is one. Throws FILE for mistakes in it. */
  constructor(session: Session, log: Logger) {
    this.#session = session;
    this.#log = log;
    this.#problems = new Problems(log);
    const onLimited = (reason: string): void =>
      this.#problems.begin("list", "only pinned maps can be seen", { reason });
    this.#view = { kernel: session.kernel, mounts: "/proc/mounts", onLimited };
    this.#state = session.options.serveConfig === undefined ? undefined : new ConfigState(this.#now());
    this.#use(this.#checkedConfig());
    this.#always = [this.#defaults(), processMetrics(this.#now()), ...(this.#state === undefined ? [] : [this.#state])];
  }

  /** A scrape by the present configuration. */
  get scrape(): Scrape {
    return scrapeOf([...this.#configured, ...this.#always], this.#session.context.clock);
  }

  /** Loads the configuration again, and tells whether it did: a broken one leaves that in use which was. */
  reload(): boolean {
    const { serveConfig } = this.#session.options;
    if (serveConfig === undefined || this.#state === undefined) {
      this.#log("info", "no configuration to reload");
      return false;
    }
    try {
      const specs = this.#checkedConfig();
      this.#use(specs);
      this.#state.loaded(this.#now());
      this.#log("info", "configuration reloaded", { file: serveConfig, metrics: specs.length });
      return true;
    } catch (error) {
      this.#state.failed();
      const reason = error instanceof Error ? error.message : String(error);
      this.#log("error", "configuration is broken, the one before stays", { file: serveConfig, reason });
      return false;
    }
  }

  #checkedConfig(): readonly MetricSpec[] {
    const { serveConfig } = this.#session.options;
    if (serveConfig === undefined) return [];
    const specs = readConfigFile(serveConfig);
    checkConfig(specs, this.#view, this.#live());
    return specs;
  }

  #use(specs: readonly MetricSpec[]): void {
    const common = { view: this.#view, totals: this.#totals, problems: this.#problems };
    this.#configured = specs.length === 0 ? [] : [new ConfiguredMetrics({ ...common, specs, live: this.#live() })];
  }

  #defaults(): DefaultMetrics {
    const { context, options } = this.#session;
    const percent = options.cpu ?? DEFAULT_CPU_PERCENT;
    return new DefaultMetrics({
      view: this.#view,
      totals: this.#totals,
      owners: new OwnerNames(() => ownerNames(this.#session), context.clock),
      problems: this.#problems,
      clock: context.clock,
      cpuShare: options.exact ? Number.POSITIVE_INFINITY : percent / 100,
    });
  }

  #live(): LiveClock {
    const { clock, origin } = this.#session.context;
    return { clock, origin };
  }

  /** Seconds since 1970. */
  #now(): number {
    return this.#session.context.origin().now.getTime() / 1000;
  }
}

async function ownerNames({ kernel, context }: Session): Promise<(id: number) => string> {
  const objects = context.objects ?? new LinuxObjectKernel();
  const owners = await findOwners({ kernel, objects, self: context.pid });
  return (id) => ownerName(owners.of(id));
}

function processMetrics(now: number): ProcessMetrics {
  return new ProcessMetrics({
    version: VERSION,
    cpuSeconds,
    residentBytes,
    openFds,
    startSeconds: now - process.uptime(),
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The resident memory; undefined without /proc, where Node reads it. */
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

function openFds(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}
