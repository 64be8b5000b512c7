import { statSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { EbpfMapError } from "../../errors.ts";
import type { Access, TlsSettings } from "../http/access.ts";
import { type Answer, plain } from "../http/answers.ts";
import { type Logger, Problems } from "../log/logger.ts";
import { basicCredentials, Passwords } from "./passwords.ts";
import { readWebConfig } from "./read-web-config.ts";
import { filesOf, tlsSettings } from "./tls-settings.ts";
import { TokenBucket } from "./token-bucket.ts";
import type { WebConfig } from "./web-config.ts";

/** A configuration with the files that it names, read. */
interface Loaded {
  readonly config: WebConfig;
  readonly tls: TlsSettings | undefined;
  readonly bucket: TokenBucket | undefined;
}

const CHALLENGE = { "www-authenticate": 'Basic realm="ebpf-map", charset="UTF-8"' };

/**
 * The rules of a web configuration for clients. Its files are checked at each connection and each request, and read
 * again when they have changed. If a file then has a mistake, the previous one stays in use.
 */
export class WebAccess implements Access {
  readonly #path: string;
  readonly #log: Logger;
  readonly #problems: Problems;
  readonly #clock: () => number;
  readonly #passwords = new Passwords();
  #loaded: Loaded;
  /** The configuration, and the files that it names, as they were when they were read last. */
  #files: readonly string[] = [];
  #state = "";

  /** Throws FILE for mistakes. `clock` is a monotonic one, in milliseconds. */
  constructor(path: string, log: Logger, clock: () => number) {
    this.#path = path;
    this.#log = log;
    this.#problems = new Problems(log);
    this.#clock = clock;
    this.#loaded = this.#load();
  }

  get tls(): TlsSettings | undefined {
    return this.#loaded.tls;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#loaded.config.headers;
  }

  /** True if users need a password. */
  get asksForPassword(): boolean {
    return this.#loaded.config.users.size > 0;
  }

  refresh(): void {
    if (stateOf(this.#files) === this.#state) return;
    try {
      const next = this.#load();
      checkSwitch(this.#path, this.#loaded, next);
      this.#loaded = next;
      this.#problems.end("web config", "web configuration is good again");
      this.#log("info", "web configuration reloaded", { file: this.#path });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const fields = { file: this.#path, reason };
      this.#problems.begin("web config", "web configuration is broken, the one before stays", fields);
    }
  }

  #load(): Loaded {
    this.#watch([this.#path]);
    const config = readWebConfig(this.#path);
    if (config.tls !== undefined) this.#watch([this.#path, ...filesOf(config.tls)]);
    const tls = config.tls && tlsSettings(config.tls);
    return { config, tls, bucket: config.rateLimit && new TokenBucket(config.rateLimit, this.#clock) };
  }

  /** Remembers how files are before they are read, so that a change meanwhile is seen as one. */
  #watch(files: readonly string[]): void {
    this.#files = files;
    this.#state = stateOf(files);
  }

  async refusal({ authorization }: IncomingHttpHeaders): Promise<Answer | undefined> {
    const { config, bucket } = this.#loaded;
    if (bucket !== undefined && !bucket.take()) return plain(429, "Too many requests", { "retry-after": "1" });
    if (config.users.size === 0) return undefined;
    const given = basicCredentials(authorization);
    const isRight = given !== undefined && (await this.#passwords.check(config.users, given));
    if (isRight === "busy") return plain(503, "Too many passwords to check", { "retry-after": "1" });
    return isRight ? undefined : plain(401, "A user's name and password are needed", CHALLENGE);
  }
}

/** Returns the facts about files in the file system as a text that differs after each change. */
function stateOf(files: readonly string[]): string {
  return files.map(fileState).join(" ");
}

function fileState(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch {
    // Reading it says why.
    return "";
  }
}

function checkSwitch(path: string, before: Loaded, now: Loaded): void {
  const kind = ({ tls }: Loaded): string => (tls === undefined ? "none" : String(tls.asksForCertificate));
  if (kind(before) !== kind(now))
    throw new EbpfMapError("FILE", `${path}: TLS, and asking for clients' certificates, go on and off with a restart`);
}
