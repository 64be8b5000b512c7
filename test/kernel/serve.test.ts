import { afterEach, expect, test } from "vitest";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { ServeProcess } from "../helpers/serve-process.ts";
import { useScratch } from "../helpers/use-scratch.ts";

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

  test("--allow-host, --max-age, --log-format json", async () => {
    const { address, lines } = await start("--allow-host", "maps.example", "--max-age", "1h", "--log-format", "json");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", msg: "listening" });
    const first = await (await fetch(`http://${address}/metrics`)).text();
    expect(await (await fetch(`http://${address}/metrics`)).text()).toBe(first);
  });
});
