/** A PEM text, or the file that has it. */
export type PemSource =
  | { readonly kind: "text"; readonly text: string; readonly place: string }
  | { readonly kind: "file"; readonly path: string; readonly place: string };

/** The treatment of clients' certificates, in Go's words, which Prometheus' exporters use. */
export type ClientAuth =
  | "NoClientCert"
  | "RequestClientCert"
  | "RequireAnyClientCert"
  | "VerifyClientCertIfGiven"
  | "RequireAndVerifyClientCert";

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** `tls_server_config`, whose files aren't read yet. */
export interface TlsSpec {
  readonly cert: PemSource;
  readonly key: PemSource;
  readonly clientCa: PemSource | undefined;
  readonly clientAuth: ClientAuth;
  /** The names of which a client's certificate must have one; undefined for no such demand. */
  readonly clientNames: readonly string[] | undefined;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** In OpenSSL's words; empty for the usual ones. */
  readonly ciphers: readonly string[];
  readonly curves: readonly string[];
  readonly prefersOwnCiphers: boolean;
}

/** A token bucket: so many requests at once, and then one in each interval. */
export interface RateLimit {
  readonly milliseconds: number;
  readonly burst: number;
}

/** A web configuration: TLS and passwords for clients. */
export interface WebConfig {
  readonly tls: TlsSpec | undefined;
  /** Headers of all answers, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes of passwords by the users' names; empty if everybody may ask. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit: RateLimit | undefined;
}
