import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { EbpfMapError } from "../../errors.ts";
import { readRegularFile } from "../../sdk/types/regular-file.ts";
import { EACCES } from "../../sys/errno.ts";
import type { TlsSettings } from "../http/access.ts";
import { isAdmitted } from "./client-certificates.ts";
import type { PemSource, TlsSpec } from "./web-config.ts";
import { CIPHERS } from "./words.ts";

const MOST_BYTES = 1024 * 1024;
const TLS13_CIPHERS = Object.values(CIPHERS).filter((name) => name.startsWith("TLS_"));

/** Reads certificates and the key. Throws FILE, with the place in the configuration, where they can't be used. */
export function tlsSettings(spec: TlsSpec): TlsSettings {
  const [cert, key] = [pemOf(spec.cert, "certificate"), pemOf(spec.key, "key")];
  const clientCa = spec.clientCa && pemOf(spec.clientCa, "clients' CA");
  const certificate = certificateIn(cert, spec.cert);
  if (!certificate.checkPrivateKey(keyIn(key, spec.key)))
    throw mistake(spec.key, "this key isn't that of the certificate");
  if (clientCa !== undefined && spec.clientCa !== undefined) certificateIn(clientCa, spec.clientCa);
  const context = contextOptions(spec, { cert, key, clientCa });
  checkContext(context, spec.cert);
  return {
    context,
    asksForCertificate: spec.clientAuth !== "NoClientCert",
    admits: (socket) => isAdmitted(spec, socket.authorized, socket.getPeerX509Certificate()),
  };
}

/** The files that a configuration names, which may change. */
export function filesOf({ cert, key, clientCa }: TlsSpec): string[] {
  return [cert, key, clientCa].flatMap((source) => (source?.kind === "file" ? [source.path] : []));
}

interface Pems {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

function contextOptions(spec: TlsSpec, { cert, key, clientCa }: Pems): SecureContextOptions {
  const { minVersion, maxVersion, ciphers, curves, prefersOwnCiphers } = spec;
  // Node takes a list without any of TLS 1.3 to exclude it.
  const suites = [...new Set([...TLS13_CIPHERS, ...ciphers])].join(":");
  return {
    cert,
    key,
    minVersion,
    maxVersion,
    honorCipherOrder: prefersOwnCiphers,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
    ...(ciphers.length === 0 ? {} : { ciphers: suites }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(":") }),
  };
}

function pemOf(source: PemSource, what: string): string {
  if (source.kind === "text") return source.text;
  try {
    const { bytes } = readRegularFile(source.path, `${source.place}: read the ${what} ${source.path}`, MOST_BYTES);
    return Buffer.from(bytes).toString("latin1");
  } catch (error) {
    if (!(error instanceof EbpfMapError) || error.details.errno !== EACCES) throw error;
    throw new EbpfMapError("FILE", `${error.message} (the user that serves must be able to read it)`, {}, error);
  }
}

function certificateIn(pem: string, source: PemSource): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw mistake(source, "there is no certificate in it (PEM: -----BEGIN CERTIFICATE-----)", error);
  }
}

function keyIn(pem: string, source: PemSource): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    if (/ENCRYPTED/.test(pem))
      throw mistake(
        source,
        "the key has a passphrase, and nobody is there to give it (openssl pkey writes one without)",
      );
    throw mistake(source, "there is no private key in it (PEM: -----BEGIN PRIVATE KEY-----)", error);
  }
}

/** Has OpenSSL judge what it would not take later: a key that is too short, a chain that is none. */
function checkContext(options: SecureContextOptions, source: PemSource): void {
  try {
    createSecureContext(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw mistake(source, `TLS can't be served with this: ${reason}`, error);
  }
}

function mistake({ place, ...source }: PemSource, what: string, cause?: unknown): EbpfMapError {
  const file = source.kind === "file" ? ` ${source.path}:` : "";
  return new EbpfMapError("FILE", `${place}:${file} ${what}`, {}, cause);
}
