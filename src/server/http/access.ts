import type { IncomingHttpHeaders } from "node:http";
import type { SecureContextOptions, TLSSocket } from "node:tls";
import type { Answer } from "./answers.ts";

/** TLS as it is served to new connections. */
export interface TlsSettings {
  readonly context: SecureContextOptions;
  /** Clients are asked for a certificate. */
  readonly asksForCertificate: boolean;
  /** Tells whether a client may go on behind the handshake. */
  readonly admits: (socket: TLSSocket) => boolean;
}

/** The rules for clients: TLS and passwords. */
export interface Access {
  /** TLS as of now; undefined if there is none. Whether there is, and whether clients are asked, stays the same. */
  readonly tls: TlsSettings | undefined;
  /** Headers of all answers, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Takes over what has changed, for the next connection or request. */
  refresh(): void;
  /** The answer to a request that isn't let through; undefined for one that is. */
  refusal(headers: IncomingHttpHeaders): Promise<Answer | undefined>;
}
