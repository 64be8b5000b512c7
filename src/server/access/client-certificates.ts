import type { X509Certificate } from "node:crypto";
import type { TlsSpec } from "./web-config.ts";

/**
 * Tells whether a client is let in. `isVerified`: its certificate is one of the CA's; where TLS resumes a session
 * without a certificate that is said, too, so it counts with a certificate only.
 */
export function isAdmitted(
  { clientAuth, clientNames }: Pick<TlsSpec, "clientAuth" | "clientNames">,
  isVerified: boolean,
  certificate: X509Certificate | undefined,
): boolean {
  switch (clientAuth) {
    case "NoClientCert":
    case "RequestClientCert":
      return true;
    case "VerifyClientCertIfGiven":
      return certificate === undefined || isVerified;
    case "RequireAnyClientCert":
      return certificate !== undefined && hasName(certificate, clientNames);
    case "RequireAndVerifyClientCert":
      return certificate !== undefined && isVerified && hasName(certificate, clientNames);
  }
  return clientAuth satisfies never;
}

function hasName({ subjectAltName }: X509Certificate, wanted: readonly string[] | undefined): boolean {
  return wanted === undefined || alternativeNames(subjectAltName ?? "").some((name) => wanted.includes(name));
}

/**
 * `DNS:node-1, IP Address:10.0.0.1, URI:"spiffe://a,b"`: names with characters of the list itself are quoted as JSON
 * is.
 */
const NAME = /(DNS|email|URI|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/y;

/** The names in a certificate's list, as Node writes it: DNS, e-mail and IP addresses, URIs. */
export function alternativeNames(list: string): string[] {
  const names: string[] = [];
  const other = /[^,"]*(?:"(?:[^"\\]|\\.)*")?[^,]*(?:, |$)/y;
  for (let at = 0; at < list.length; ) {
    NAME.lastIndex = at;
    other.lastIndex = at;
    const found = NAME.exec(list);
    const [whole, , text = ""] = found ?? other.exec(list) ?? [];
    // What can't be read is nobody's name.
    if (whole === undefined || whole === "") return names;
    if (found !== null) names.push(text.startsWith('"') ? unquoted(text) : text);
    at += whole.length;
  }
  return names;
}

function unquoted(text: string): string {
  const value: unknown = JSON.parse(text);
  return typeof value === "string" ? value : "";
}
