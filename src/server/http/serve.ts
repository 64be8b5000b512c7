import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { EbpfMapError } from "../../errors.ts";
import { plain, send } from "./answers.ts";
import { Connections } from "./connections.ts";
import { answer, type Site } from "./site.ts";

/** Where to listen. */
export interface ListenAddress {
  /** An address or a name; "" for all addresses of this machine. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** Bounds on what clients may cost. */
export interface Limits {
  readonly connections: number;
  /** Requests that are answered at once; others are told to come again. */
  readonly requests: number;
  /** Milliseconds for the head of a request. */
  readonly headTime: number;
  /** Milliseconds for taking an answer, from its first byte on. */
  readonly answerTime: number;
  /** Milliseconds that a connection is kept without a request. */
  readonly idleTime: number;
}

export const LIMITS: Limits = { connections: 256, requests: 32, headTime: 5000, answerTime: 30_000, idleTime: 65_000 };

const MOST_HEADER_BYTES = 8192;

/** A server that listens. */
export interface RunningServer {
  /** `127.0.0.1:9427`. */
  readonly address: string;
  /** Takes no more connections, and waits until what has been asked for is answered, or for so many milliseconds. */
  drain(milliseconds: number): Promise<void>;
}

/** Serves a site. Throws USAGE where it can't listen at the address. */
export async function serve(site: Site, address: ListenAddress, limits: Limits = LIMITS): Promise<RunningServer> {
  const connections = new Connections(limits.connections);
  const listener: RequestListener = (request, response) => void respond(request, response, site, connections, limits);
  const server = createServer(
    { maxHeaderSize: MOST_HEADER_BYTES, connectionsCheckingInterval: 1000, keepAlive: true },
    listener,
  );
  server.headersTimeout = limits.headTime;
  server.requestTimeout = limits.headTime;
  server.keepAliveTimeout = limits.idleTime;
  server.timeout = Math.max(limits.answerTime, limits.idleTime) + site.timeout;
  server.on("connection", (socket: Socket) => connections.add(socket));
  await listen(server, address);
  return { address: addressText(server), drain: (milliseconds) => drain(server, connections, milliseconds) };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  site: Site,
  connections: Connections,
  limits: Limits,
): Promise<void> {
  const isHead = request.method === "HEAD";
  const { socket } = request;
  if (connections.busy >= limits.requests) {
    send(response, plain(503, "Too many requests at once", { "retry-after": "1" }), isHead);
    return;
  }
  const end = connections.begin(socket);
  response.once("close", end);
  const found = await answer(request, site);
  if (response.destroyed) return;
  // Who takes an answer slowly keeps its bytes in memory.
  const timer = setTimeout(() => socket.destroy(), limits.answerTime);
  response.once("close", () => clearTimeout(timer));
  if (site.isDraining()) response.shouldKeepAlive = false;
  send(response, found, isHead);
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen({ port, ...(host === "" ? {} : { host }) }, resolve);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there (--listen HOST:PORT chooses another port)",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "permission denied (ports below 1024 need CAP_NET_BIND_SERVICE)",
  ENOTFOUND: "nothing is known by that name",
};

function listenError(error: Error, host: string, port: number): EbpfMapError {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const where = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new EbpfMapError("USAGE", `listen at ${where}: ${REASONS[code] ?? error.message}`, {}, error);
}

function addressText(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return String(address);
  return address.family === "IPv6" ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}

function drain(server: Server, connections: Connections, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => connections.closeAll(), milliseconds);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    connections.closeIdle();
  });
}
