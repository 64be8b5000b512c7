import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { type Answer, plain, SAFE_HEADERS } from "../../../../src/server/http/answers.ts";
import type { Route } from "../../../../src/server/http/route.ts";
import { LIMITS, type Limits, type RunningServer, serve } from "../../../../src/server/http/serve.ts";

const running: RunningServer[] = [];
const sockets: Socket[] = [];
const logged: string[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map((server) => server.drain(0)));
  logged.length = 0;
});

function route(path: string, handle: Route["handle"]): Route {
  return { method: "GET", path, handle };
}

async function start(routes: readonly Route[], limits: Partial<Limits> = {}): Promise<number> {
  const log = (level: string, message: string): void => void logged.push(`${level} ${message}`);
  const server = await serve(
    { routes, hosts: ["node-1"], log },
    { host: "127.0.0.1", port: 0 },
    { ...LIMITS, ...limits },
  );
  running.push(server);
  return Number(server.address.split(":")[1]);
}

/** A promise and what fulfils it. */
function signalled(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

interface Reply {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** A connection on which anything can be written, and all that comes back until it ends. */
async function raw(port: number, text: string): Promise<{ socket: Socket; ended: Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  await once(socket, "connect");
  let received = "";
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  socket.on("error", () => undefined);
  const ended = once(socket, "close").then(() => received);
  socket.write(text);
  return { socket, ended };
}

describe("answers", () => {
  test("a route answers GET, and HEAD without the body, with safe headers", async () => {
    const port = await start([route("/a", () => plain(200, "here"))]);
    const { status, body, headers } = await ask(port, "/a?b=c");
    expect({ status, body }).toEqual({ status: 200, body: "here\n" });
    expect(headers).toMatchObject(SAFE_HEADERS);
    const head = await ask(port, "/a", { method: "HEAD" });
    expect({ status: head.status, body: head.body, length: head.headers["content-length"] }).toEqual({
      status: 200,
      body: "",
      length: "5",
    });
  });

  test("a route is told the path and the query", async () => {
    const port = await start([route("/api/", ({ path, query }) => plain(200, `${path} ${query.get("id")}`))]);
    expect((await ask(port, "/api/maps/7?id=3")).body).toBe("/api/maps/7 3\n");
  });

  test("unknown paths, other methods, names of others", async () => {
    const port = await start([route("/", () => plain(200, "root"))]);
    expect((await ask(port, "/nope")).status).toBe(404);
    expect((await ask(port, "//evil")).status).toBe(404);
    const post = await ask(port, "/", { method: "POST" });
    expect([post.status, post.headers.allow]).toEqual([405, "GET, HEAD"]);
    expect((await ask(port, "/", { headers: { host: "evil.example" } })).status).toBe(421);
    for (const host of ["node-1:9427", "localhost", "127.0.0.1:80", "[::1]:9"]) {
      expect([host, (await ask(port, "/", { headers: { host } })).status]).toEqual([host, 200]);
    }
  });

  test("an error of a route is logged, and the connection goes on", async () => {
    const port = await start([
      route("/a", () => {
        throw new Error("no map");
      }),
    ]);
    expect(await ask(port, "/a")).toMatchObject({ status: 500, body: "Failed: no map\n" });
    expect(logged).toEqual(["error request failed"]);
  });

  test("a stream is sent part by part, and its source hears that the client has gone", async () => {
    const end = signalled();
    async function* events(signal: AbortSignal): AsyncGenerator<string> {
      try {
        yield "data: 1\n\n";
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        yield "data: 2\n\n";
      } finally {
        end.give();
      }
    }
    const port = await start([route("/events", ({ signal }): Answer => ({ status: 200, body: events(signal) }))]);
    const { socket } = await raw(port, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(socket, "data");
    socket.destroy();
    await end.given;
    expect(logged).toEqual([]);
  });

  test("a stream that fails in its course breaks the connection", async () => {
    async function* events(): AsyncGenerator<string> {
      yield "data: 1\n\n";
      throw new Error("gone");
    }
    const port = await start([route("/events", () => ({ status: 200, body: events() }))]);
    await expect(ask(port, "/events")).rejects.toThrow();
    expect(logged).toEqual(["error answer broken off"]);
  });
});

describe("limits", () => {
  test("a request that doesn't come to its end is given up", async () => {
    const port = await start([], { requestTime: 50 });
    const { ended } = await raw(port, "GET / HTTP/1.1\r\nHost: localh");
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("heads that are too long, and what isn't HTTP", async () => {
    const port = await start([]);
    expect((await ask(port, "/", { headers: { "x-long": "a".repeat(9000) } })).status).toBe(431);
    expect(await (await raw(port, "\u0016\u0003\u0001 hello\r\n\r\n")).ended).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("one connection too many closes the one that waits longest", async () => {
    const port = await start([route("/", () => plain(200, "root"))], { connections: 2 });
    const [first] = [await raw(port, ""), await raw(port, "")];
    expect((await ask(port, "/")).status).toBe(200);
    expect(await first.ended).toBe("");
  });

  test("more requests at once than are answered are told to come again", async () => {
    const [asked, released] = [signalled(), signalled()];
    const port = await start(
      [
        route("/slow", async () => {
          asked.give();
          await released.given;
          return plain(200, "slow");
        }),
        route("/", () => plain(200, "root")),
      ],
      { requests: 1 },
    );
    const slow = ask(port, "/slow");
    await asked.given;
    expect((await ask(port, "/")).status).toBe(503);
    released.give();
    expect((await slow).status).toBe(200);
    // A client may have its answer before the server knows that it has been sent.
    let status: number | undefined = 503;
    while (status === 503) ({ status } = await ask(port, "/"));
    expect(status).toBe(200);
  });

  test("a client that doesn't take its answer is disconnected", async () => {
    const body = Buffer.alloc(64 * 1024 * 1024);
    const gone = signalled();
    const signals: AbortSignal[] = [];
    const big = route("/", ({ signal }) => {
      signals.push(signal);
      signal.addEventListener("abort", gone.give);
      return { status: 200, body };
    });
    const port = await start([big], { answerTime: 50 });
    const { socket, ended } = await raw(port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    socket.pause();
    await gone.given;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    socket.resume();
    expect((await ended).length).toBeLessThan(body.length);
  });
});

describe("the server", () => {
  test("an address that another listens at is refused with a reason", async () => {
    const port = await start([]);
    const again = serve({ routes: [], hosts: [], log: () => undefined }, { host: "127.0.0.1", port });
    await expect(again).rejects.toThrow(
      `listen at 127.0.0.1:${port}: another program listens there (--listen HOST:PORT chooses another port)`,
    );
    await expect(again).rejects.toBeInstanceOf(EbpfMapError);
  });

  test("what has been asked for is answered before the end, and nothing more is taken", async () => {
    const [asked, released] = [signalled(), signalled()];
    const port = await start([
      route("/", async () => {
        asked.give();
        await released.given;
        return plain(200, "late");
      }),
    ]);
    const reply = ask(port, "/");
    await asked.given;
    const drained = running[0]?.drain(60_000);
    await expect(ask(port, "/")).rejects.toThrow("ECONNREFUSED");
    released.give();
    expect(await reply).toMatchObject({ status: 200, body: "late\n", headers: { connection: "close" } });
    await drained;
  });
});
