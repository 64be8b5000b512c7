import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateBatch } from "../helpers/bpf.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { ServeProcess } from "../helpers/serve-process.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const ROWS = 1000;
const VALUE_SIZE = 512;
const READS = 16;

/** Gives all entries the same value. */
function fill(map: Fd, byte: number): void {
  const keys = Buffer.alloc(ROWS * 4);
  for (let i = 0; i < ROWS; i++) keys.writeUInt32LE(i, i * 4);
  updateBatch(map, new Uint8Array(keys), new Uint8Array(ROWS * VALUE_SIZE).fill(byte), ROWS);
}

/** A viewer on a socket of its own, which reads nothing until it is asked for a message. */
class Viewer implements Disposable {
  readonly #socket: Socket;
  #lines: AsyncIterator<string> | undefined;

  constructor(address: string, path: string) {
    const [host = "", port] = address.split(":");
    this.#socket = connect(Number(port), host);
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${address}\r\n\r\n`);
  }

  /** The next message: its name, and its data as text. */
  async next(): Promise<readonly [name: string, data: string]> {
    this.#lines ??= createInterface(this.#socket)[Symbol.asyncIterator]();
    let name = "";
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error("the server has closed the stream");
      const [, word, rest = ""] = /^(event|data): (.*)$/.exec(value) ?? [];
      if (word === "event") name = rest;
      if (word === "data") return [name, rest];
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

liveSuite("clients of the page", ["kernel", "build"], () => {
  const scratch = useScratch();

  test("one that doesn't read has nothing kept for it, and gets the latest state when it does", async () => {
    const map = scratch.own(
      createMap({
        type: "hash",
        keySize: 4,
        valueSize: VALUE_SIZE,
        maxEntries: ROWS,
        name: `stalled_${process.pid % 1e6}`,
      }),
    );
    fill(map, 1);
    const server = await ServeProcess.start();
    try {
      const path = `/api/live/map/${new LinuxKernel().mapInfo(map).id}`;
      using stalled = new Viewer(server.address, path);
      using awake = new Viewer(server.address, path);
      expect((await awake.next())[0]).toBe("entries");
      for (let read = 0; read < READS; read++) {
        fill(map, 2 + read);
        expect((await awake.next())[0]).toBe("changes");
      }
      const latest = new RegExp(`(?:${(READS + 1).toString(16)}[ ,]*){16}`);
      const received: string[] = [];
      for (let isLatest = false; !isLatest; ) {
        const [name, data] = await stalled.next();
        received.push(name);
        isLatest = latest.test(data);
      }
      // The sockets hold a few megabytes, which are a few messages; what didn't fit there was never kept.
      expect([received.length < READS / 2, received.at(-1)]).toEqual([true, "entries"]);
    } finally {
      await server.stop();
    }
  });
});
