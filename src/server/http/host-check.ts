import { isIP } from "node:net";

/**
 * Tells whether a Host header names this server in a way that no web page can make a browser use against it: an
 * address, localhost, or one of `names`. A page that has its own name resolve to this machine (DNS rebinding) sends
 * that name. Without a header the client is no browser.
 */
export function isOwnHost(header: string | undefined, names: readonly string[]): boolean {
  if (header === undefined) return true;
  const host = hostOf(header);
  if (host === undefined) return false;
  if (isIP(host) !== 0 || host === "localhost" || host.endsWith(".localhost")) return true;
  return names.some((name) => (name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name));
}

/** The host of `name:9427` or `[::1]:9427`, in lower case and without the dot at its end. */
function hostOf(header: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::\d{1,5})?$/.exec(header) ?? [];
  return (address ?? name)?.toLowerCase().replace(/\.$/, "");
}
