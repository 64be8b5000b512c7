import type { ListenAddress } from "../../../server/http/serve.ts";
import type { ValueType } from "./value-type.ts";

const MOST_PORT = 65_535;

/** Accepts where to listen: `127.0.0.1:9427`, `[::1]:9427`, `:9427` for all addresses. */
export function listenAddress(): ValueType<ListenAddress> {
  return {
    name: "HOST:PORT",
    accepts: "an address and a port such as 127.0.0.1:9427, [::1]:9427, or :9427 for all addresses",
    parse: parseAddress,
    suggest: (text) => (/^\d{1,5}$/.test(text) ? `127.0.0.1:${text}, or :${text} for all addresses` : undefined),
  };
}

function parseAddress(text: string): ListenAddress | undefined {
  const [, inBrackets, name, digits = ""] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = inBrackets ?? name;
  const port = Number(digits);
  return host === undefined || port > MOST_PORT ? undefined : { host, port };
}

/** Accepts names of hosts with commas between them; `*.` at the start of one is any name below it. */
export function hostNames(): ValueType<readonly string[]> {
  return {
    name: "NAMES",
    accepts: "names of hosts with commas between them such as node-1,*.monitoring.svc",
    parse: (text) => {
      const names = text.split(",").map((name) => name.trim().toLowerCase());
      return names.every((name) => /^(?:\*\.)?[\w-]+(?:\.[\w-]+)*$/.test(name)) ? names : undefined;
    },
  };
}
