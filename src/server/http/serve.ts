import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { EbpfMapError } from "../../errors.ts";
import { plain } from "./answers.ts";
import { Connections } from "./connections.ts";
import { send } from "./send.ts";
import { answer, type Site } from "./site.ts";

/** The address to listen at. */
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
  /** Milliseconds for a request to arrive. */
  readonly requestTime: number;
  /** Milliseconds for taking an answer, or each part of one that is a stream. */
  readonly answerTime: number;
  /** Milliseconds that a connection is kept without a request. */
  readonly idleTime: number;
}

/** Prometheus asks once a minute at least on most machines, and keeps its connection. */
export const LIMITS: Limits = {
  connections: 256,
  requests: 64,
  requestTime: 5000,
  answerTime: 30_000,
  idleTime: 65_000,
};

const MOST_HEADER_BYTES = 8192;
const MOST_HEADERS = 64;
/** The time between two looks for requests that arrive too slowly. */
const CHECK_MS = 1000;

/** A server that listens. */
export interface RunningServer {
  /** `127.0.0.1:9427`. */
  readonly address: string;
  /** Takes no more connections, and waits until what has been asked for is answered, or for so many milliseconds. */
  drain(milliseconds: number): Promise<void>;
}

/** Serves a site. Throws USAGE where it can't listen at the address. */
export async function serve(site: Site, address: ListenAddress, limits: Limits = LIMITS): Promise<RunningServer> {
  const running = new Running(site, limits, await serverOf(site, limits));
  await listen(running.server, address);
  return { address: addressText(running.server), drain: (milliseconds) => running.drain(milliseconds) };
}

class Running {
  readonly server: Server;
  readonly #site: Site;
  readonly #limits: Limits;
  readonly #connections: Connections;
  readonly #stopping = new AbortController();

  constructor(site: Site, limits: Limits, server: Server) {
    this.#site = site;
    this.#limits = limits;
    this.#connections = new Connections(limits.connections);
    this.server = server;
    this.server.on("request", (request, response) => void this.#respond(request, response));
    this.server.maxHeadersCount = MOST_HEADERS;
    this.server.headersTimeout = limits.requestTime;
    this.server.requestTimeout = limits.requestTime;
    this.server.keepAliveTimeout = limits.idleTime;
    this.server.on("connection", (socket: Socket) => this.#connections.add(socket));
  }

  async drain(milliseconds: number): Promise<void> {
    this.#stopping.abort();
    const timer = setTimeout(() => this.#connections.closeAll(), milliseconds);
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.#connections.closeIdle();
    await closed;
    clearTimeout(timer);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const options = { isHead: request.method === "HEAD", answerTime: this.#limits.answerTime };
    if (this.#connections.busy >= this.#limits.requests) {
      await send(response, plain(503, "Too many requests at once", { "retry-after": "1" }), options);
      return;
    }
    const gone = new AbortController();
    const end = this.#connections.begin(request.socket);
    response.once("close", () => {
      gone.abort();
      end();
    });
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal]);
    const found = await answer(request, this.#site, signal);
    if (response.destroyed) return;
    if (this.#stopping.signal.aborted) response.shouldKeepAlive = false;
    await this.#sent(response, () => send(response, found, options));
  }

  /** Sends an answer; a stream that fails in its course can only be broken off. */
  async #sent(response: ServerResponse, sending: () => Promise<void>): Promise<void> {
    try {
      await sending();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!response.destroyed && !this.#stopping.signal.aborted)
        this.#site.log("error", "answer broken off", { reason });
      response.destroy();
    }
  }
}

/** A server of HTTP, or of HTTPS, which is loaded where it is needed. */
async function serverOf({ access }: Site, { requestTime }: Limits): Promise<Server> {
  const options = { maxHeaderSize: MOST_HEADER_BYTES, connectionsCheckingInterval: CHECK_MS };
  if (access?.tls === undefined) return createServer(options);
  const { createTlsServer } = await import("./tls-server.ts");
  return createTlsServer({ ...options, handshakeTimeout: requestTime }, access, access.tls);
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
