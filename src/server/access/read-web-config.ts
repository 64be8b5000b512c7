import { validateHeaderValue } from "node:http";
import { dirname, isAbsolute, join } from "node:path";
import { readRegularFile } from "../../sdk/types/regular-file.ts";
import { YamlReader, type YamlValue } from "../config/yaml-reader.ts";
import type { PemSource, RateLimit, TlsSpec, TlsVersion, WebConfig } from "./web-config.ts";
import { CIPHERS, CLIENT_AUTH, CURVES, HEADERS, TLS_VERSIONS } from "./words.ts";

const MOST_BYTES = 64 * 1024;
const MEMBERS = ["tls_server_config", "http_server_config", "basic_auth_users", "rate_limit"];
const TLS_MEMBERS = [
  "cert",
  "cert_file",
  "key",
  "key_file",
  "client_ca",
  "client_ca_file",
  "client_auth_type",
  "client_allowed_sans",
  "min_version",
  "max_version",
  "cipher_suites",
  "prefer_server_cipher_suites",
  "curve_preferences",
];
/** A hash of cost 14 takes seconds to check, and each step more doubles that. */
const MOST_COST = 14;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const MOST_BURST = 1_000_000;
const DURATION_PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;
const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3.6e6 };

/**
 * Reads a web configuration as Prometheus' exporters have it. Certificates and keys aren't read yet; relative names of
 * theirs start from the file's folder. Throws FILE for one that can't be read, and for a mistake in it with its line
 * and column.
 */
export function readWebConfig(path: string): WebConfig {
  const { bytes } = readRegularFile(path, `read the web configuration ${path}`, MOST_BYTES);
  return parseWebConfig(Buffer.from(bytes).toString("utf8"), path);
}

/** Parses a web configuration; `path` is for messages, and for the files that it names. */
export function parseWebConfig(text: string, path: string): WebConfig {
  const yaml = new YamlReader(text, path);
  // An empty file asks for nothing.
  const members: Members = yaml.root.node === null ? new Map() : yaml.members(yaml.root, "the file", MEMBERS);
  const tls = members.get("tls_server_config");
  return {
    tls: tls && new TlsReader(yaml, tls, dirname(path)).read(),
    headers: readHeaders(yaml, members.get("http_server_config")),
    users: readUsers(yaml, members.get("basic_auth_users")),
    rateLimit: readRateLimit(yaml, members.get("rate_limit")),
  };
}

type Members = ReturnType<YamlReader["members"]>;

class TlsReader {
  readonly #yaml: YamlReader;
  readonly #at: YamlValue;
  readonly #folder: string;
  readonly #members: Members;

  constructor(yaml: YamlReader, at: YamlValue, folder: string) {
    this.#yaml = yaml;
    this.#at = at;
    this.#folder = folder;
    this.#members = yaml.members(at, "tls_server_config", TLS_MEMBERS);
  }

  read(): TlsSpec | undefined {
    if (this.#members.size === 0) return undefined;
    const spec: TlsSpec = {
      cert: this.#needed("cert"),
      key: this.#needed("key"),
      clientCa: this.#pem("client_ca"),
      clientAuth:
        this.#optional("client_auth_type", (at) => this.#choice(at, "client_auth_type", CLIENT_AUTH)) ?? "NoClientCert",
      clientNames: this.#optional("client_allowed_sans", (at) => this.#texts(at)),
      minVersion: this.#optional("min_version", (at) => this.#version(at, "min_version")) ?? "TLSv1.2",
      maxVersion: this.#optional("max_version", (at) => this.#version(at, "max_version")) ?? "TLSv1.3",
      ciphers: this.#optional("cipher_suites", (at) => this.#choices(at, "cipher_suites", CIPHERS)) ?? [],
      curves: this.#optional("curve_preferences", (at) => this.#choices(at, "curve_preferences", CURVES)) ?? [],
      prefersOwnCiphers: this.#flag("prefer_server_cipher_suites") ?? true,
    };
    this.#checkTogether(spec);
    return spec;
  }

  #checkTogether({ clientCa, clientAuth, minVersion, maxVersion }: TlsSpec): void {
    if (minVersion === "TLSv1.3" && maxVersion === "TLSv1.2")
      throw this.#wrong("max_version", "max_version is less than min_version");
    if (clientCa !== undefined && clientAuth === "NoClientCert") {
      const name = this.#members.has("client_ca_file") ? "client_ca_file" : "client_ca";
      throw this.#wrong(name, `${name} has no use without client_auth_type (such as RequireAndVerifyClientCert)`);
    }
    const needsOne = clientAuth === "RequireAnyClientCert" || clientAuth === "RequireAndVerifyClientCert";
    if (this.#members.has("client_allowed_sans") && !needsOne) {
      const cure = "client_auth_type: RequireAndVerifyClientCert or RequireAnyClientCert";
      throw this.#wrong("client_allowed_sans", `client_allowed_sans needs clients to have a certificate (${cure})`);
    }
  }

  #optional<Value>(name: string, read: (at: YamlValue) => Value): Value | undefined {
    const at = this.#members.get(name);
    return at && read(at);
  }

  #wrong(name: string, what: string): Error {
    return this.#yaml.mistake(this.#members.get(name)?.nameAt ?? this.#at.offset, what);
  }

  #needed(name: string): PemSource {
    const source = this.#pem(name);
    if (source === undefined) throw this.#yaml.mistake(this.#at.offset, `TLS needs \`${name}_file\` (or \`${name}\`)`);
    return source;
  }

  /** A text of the configuration itself, or of a file that it names. */
  #pem(name: string): PemSource | undefined {
    const [inline, file] = [this.#members.get(name), this.#members.get(`${name}_file`)];
    if (inline !== undefined && file !== undefined)
      throw this.#yaml.mistake(inline.nameAt, `\`${name}\` and \`${name}_file\` can't both be given`);
    if (inline !== undefined)
      return { kind: "text", text: this.#yaml.text(inline, name), place: this.#yaml.place(inline) };
    if (file === undefined) return undefined;
    const path = this.#yaml.text(file, `${name}_file`);
    return { kind: "file", path: isAbsolute(path) ? path : join(this.#folder, path), place: this.#yaml.place(file) };
  }

  #version(at: YamlValue, name: string): TlsVersion {
    const version = this.#choice(at, name, TLS_VERSIONS);
    if (version === undefined)
      throw this.#yaml.mistake(at.offset, `${name}: TLS 1.0 and 1.1 are not supported (TLS12 or TLS13)`);
    return version;
  }

  #choice<Value>(at: YamlValue, name: string, values: Readonly<Record<string, Value>>): Value {
    const word = this.#yaml.word(at, name, Object.keys(values));
    return values[word] as Value;
  }

  #choices(at: YamlValue, name: string, values: Readonly<Record<string, string>>): string[] {
    return this.#yaml.items(at, name).map((item) => this.#choice(item, name, values));
  }

  #texts(at: YamlValue): string[] {
    return this.#yaml.items(at, "client_allowed_sans").map((item) => this.#yaml.text(item, "client_allowed_sans"));
  }

  #flag(name: string): boolean | undefined {
    return this.#optional(name, (at) => this.#yaml.flag(at, name));
  }
}

function readHeaders(yaml: YamlReader, at: YamlValue | undefined): Record<string, string> {
  const members = at && yaml.members(at, "http_server_config", ["http2", "headers"]);
  const http2 = members?.get("http2");
  if (http2 !== undefined && yaml.flag(http2, "http2"))
    throw yaml.mistake(http2.offset, "HTTP/2 is not supported: clients are served with HTTP/1.1 (leave http2 out)");
  const headers = members?.get("headers");
  if (headers === undefined) return {};
  const given = [...yaml.members(headers, "headers", Object.keys(HEADERS))];
  return Object.fromEntries(
    given
      .map(([name, value]) => [name.toLowerCase(), headerValue(yaml, name, value)] as const)
      .filter(([, value]) => value !== ""),
  );
}

function headerValue(yaml: YamlReader, name: string, at: YamlValue): string {
  const allowed = HEADERS[name] ?? [];
  const text = yaml.text(at, name);
  if (allowed.length > 0 && text !== "") return yaml.word(at, name, allowed);
  try {
    validateHeaderValue(name, text);
    return text;
  } catch {
    throw yaml.mistake(at.offset, `${name} has a character that no header may have`);
  }
}

function readUsers(yaml: YamlReader, at: YamlValue | undefined): Map<string, string> {
  const users = at === undefined ? [] : [...yaml.members(at, "basic_auth_users")];
  return new Map(users.map(([name, value]) => [userName(yaml, name, value), passwordHash(yaml, value)]));
}

function userName(yaml: YamlReader, name: string, { nameAt }: YamlValue & { readonly nameAt: number }): string {
  if (name.includes(":")) throw yaml.mistake(nameAt, "a user's name can't have a colon: nobody could log in with it");
  return name;
}

/** Messages never quote a hash, nor what may be a password in its place. */
function passwordHash(yaml: YamlReader, at: YamlValue): string {
  const hash = yaml.text(at, "a user");
  const cost = Number(BCRYPT.exec(hash)?.[1]);
  if (!(cost >= 4))
    throw yaml.mistake(at.offset, "a bcrypt hash of the password is needed here (htpasswd -nBC 10 NAME)");
  if (cost > MOST_COST)
    throw yaml.mistake(at.offset, `bcrypt of cost ${cost} takes too long to check: ${MOST_COST} at most`);
  return hash;
}

function readRateLimit(yaml: YamlReader, at: YamlValue | undefined): RateLimit | undefined {
  if (at === undefined) return undefined;
  const members = yaml.members(at, "rate_limit", ["interval", "burst"]);
  const [interval, burst] = [members.get("interval"), members.get("burst")];
  const milliseconds = interval === undefined ? 0 : duration(yaml, interval);
  if (milliseconds === 0) return undefined;
  if (burst === undefined) throw yaml.mistake(at.offset, "rate_limit needs `burst`, the requests that it lets through");
  return { milliseconds, burst: yaml.integer(burst, "burst", 1, MOST_BURST) };
}

/** A duration as Go has it: `100ms`, `1m30s`, `0`. */
function duration(yaml: YamlReader, at: YamlValue): number {
  const text = yaml.text(at, "interval");
  const parts = [...text.matchAll(DURATION_PART)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join("") === text;
  if (text !== "0" && !isWhole) throw yaml.mistake(at.offset, "interval is a time such as 100ms, 1s or 1m30s");
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (UNIT_MS[unit] ?? 0), 0);
}
