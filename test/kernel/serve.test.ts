import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { ServeProcess } from "../helpers/serve-process.ts";
import { useScratch } from "../helpers/use-scratch.ts";

/** A request whose end never comes. */
const SLOW = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ";

/** Requests that are wrong in one way each. Those without an end are held open until the server closes them. */
const BAD_REQUESTS: readonly string[] = [
  "GET /metrics HTTP/1.1\r\nHost: maps.example\r\n\r\n",
  "GET /metrics HTTP/1.1\r\n\r\n",
  "POST /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhello",
  "DELETE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
  "GET /../../etc/shadow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
  "GET /%2e%2e/%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
  "GET http://maps.example/ HTTP/1.1\r\nHost: maps.example\r\n\r\n",
  `GET /${"a".repeat(20_000)} HTTP/1.1\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${"X-Header: value\r\n".repeat(1000)}\r\n`,
  "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
  "\u0016\u0003\u0001\u0002\0\u0001\0",
  "\0".repeat(100),
  "GET",
  SLOW,
];

liveSuite("serve", ["kernel", "build"], () => {
  const scratch = useScratch();
  let server: ServeProcess | undefined;

  afterEach(async () => {
    await server?.stop("SIGKILL");
    server = undefined;
  });

  /** Starts the program. */
  async function start(...flags: string[]): Promise<ServeProcess> {
    server = await ServeProcess.start(...flags);
    return server;
  }

  function makeMap(name: string): void {
    const map = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 16, name }));
    for (let i = 0; i < 5; i++) updateElement(map, Uint8Array.of(i, 0, 0, 0), new Uint8Array(8));
  }

  test("serves a map that is there, follows one that comes, and ends with status 0 on SIGTERM", async () => {
    makeMap("serve_first");
    const { address, lines } = await start();
    const text = async (): Promise<string> => await (await fetch(`http://${address}/metrics`)).text();
    expect(await text()).toMatch(/^ebpf_map_entries\{id="\d+",name="serve_first"\} 5$/m);
    makeMap("serve_second");
    expect(await text()).toMatch(/^ebpf_map_entries\{id="\d+",name="serve_second"\} 5$/m);
    expect(await server?.stop()).toEqual([0, null]);
    expect(lines.map((line) => /msg="?([^"=]+?)"?(?: \w+=|$)/.exec(line)?.[1])).toEqual([
      "listening",
      "stopping",
      "stopped",
    ]);
  });

  test("1,000 bad requests and slow clients change nothing", async () => {
    makeMap("serve_bad");
    const { address, pid } = await start();
    const port = Number(address.split(":")[1]);
    const page = async (): Promise<string> => {
      const answer = await fetch(`http://${address}/metrics`, { headers: { connection: "close" } });
      const text = await answer.text();
      return text.split("\n").find((line) => /^ebpf_map_entries\{.*"serve_bad"/.test(line)) ?? text;
    };
    const descriptors = (): number => readdirSync(`/proc/${pid}/fd`).length;
    // The connection of the question before is closed a moment after its answer.
    const settled = async (): Promise<number> => {
      for (let before = -1, now = descriptors(); ; before = now, now = descriptors()) {
        if (now === before) return now;
        await sleep(100);
      }
    };
    const before = [await page(), await settled()];
    const answers = new Set<string>();
    const timers: NodeJS.Timeout[] = [];
    /** Sends a text, then a letter now and again, and resolves when the connection is closed. */
    const ask = async (text: string): Promise<void> => {
      const socket = connect(port, "127.0.0.1");
      // The server may reset it: `once` would fail with that.
      const closed = new Promise((resolve) => socket.on("error", () => undefined).on("close", resolve));
      socket.on("data", (data) => {
        const [, status] = /^HTTP\/1\.1 (\d+)/.exec(data.toString("latin1")) ?? [];
        if (status !== undefined) answers.add(status);
        socket.end();
      });
      socket.write(Buffer.from(text, "latin1"));
      if (text === SLOW) timers.push(setInterval(() => socket.writable && socket.write("x"), 100));
      await closed;
    };
    try {
      const asked: Promise<void>[] = [];
      for (let sent = 0; sent < 1000; sent++) {
        asked.push(ask(BAD_REQUESTS[sent % BAD_REQUESTS.length] ?? SLOW));
        if (sent % 50 === 49) expect(await page()).toBe(before[0]);
      }
      await Promise.all(asked);
    } finally {
      for (const timer of timers) clearInterval(timer);
    }
    expect([...answers].sort()).toEqual(["400", "404", "405", "408", "421", "431"]);
    await expect.poll(async () => [await page(), await settled()], { timeout: 20_000 }).toEqual(before);
    expect(await server?.stop()).toEqual([0, null]);
  }, 60_000);

  test("--allow-host, --max-age, --log-format json", async () => {
    const { address, lines } = await start("--allow-host", "maps.example", "--max-age", "1h", "--log-format", "json");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", msg: "listening" });
    const first = await (await fetch(`http://${address}/metrics`)).text();
    expect(await (await fetch(`http://${address}/metrics`)).text()).toBe(first);
  });
});
