import type { Server } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { TLSSocket } from "node:tls";
import type { Access, TlsSettings } from "./access.ts";

/**
 * Makes a server of HTTPS. A new connection is given the certificates of then, and may be refused behind the handshake.
 */
export function createTlsServer(options: ServerOptions, access: Access, first: TlsSettings): Server {
  // What a client's certificate is worth is decided below: Node has two of Go's five policies.
  const server = createServer({
    ...options,
    ...first.context,
    requestCert: first.asksForCertificate,
    rejectUnauthorized: false,
  });
  let used = first;
  server.prependListener("connection", () => {
    access.refresh();
    if (access.tls === undefined || access.tls === used) return;
    used = access.tls;
    server.setSecureContext(used.context);
  });
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    if (!used.admits(socket)) socket.destroy();
  });
  return server;
}
