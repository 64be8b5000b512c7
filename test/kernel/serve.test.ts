import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

liveSuite("serve", ["kernel", "build"], () => {
  const scratch = useScratch();
  let child: ChildProcess | undefined;
  let lines: string[] = [];

  afterEach(() => {
    child?.kill("SIGKILL");
    lines = [];
  });

  /** Starts the program and returns its address. */
  async function start(...flags: string[]): Promise<string> {
    const words = [repositoryPath("bin", "ebpf-map.js"), "serve", "--listen", "127.0.0.1:0", ...flags];
    child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "pipe"] });
    if (child.stderr === null) throw new Error("no stderr");
    createInterface(child.stderr).on("line", (line) => lines.push(line));
    const address = (): string | undefined => /listening.*?(127\.0\.0\.1:\d+)/.exec(lines.join("\n"))?.[1];
    await expect.poll(address, { timeout: 20_000 }).toBeDefined();
    return `http://${address()}`;
  }

  function makeMap(name: string): void {
    const map = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 16, name }));
    for (let i = 0; i < 5; i++) updateElement(map, Uint8Array.of(i, 0, 0, 0), new Uint8Array(8));
  }

  test("serves a map that is there, follows one that comes, and ends with status 0 on SIGTERM", async () => {
    makeMap("serve_first");
    const url = await start();
    const text = async (): Promise<string> => await (await fetch(`${url}/metrics`)).text();
    expect(await text()).toMatch(/^ebpf_map_entries\{id="\d+",name="serve_first"\} 5$/m);
    makeMap("serve_second");
    expect(await text()).toMatch(/^ebpf_map_entries\{id="\d+",name="serve_second"\} 5$/m);
    child?.kill("SIGTERM");
    expect(await once(child ?? process, "exit")).toEqual([0, null]);
    expect(lines.map((line) => /msg="?([^"=]+?)"?(?: \w+=|$)/.exec(line)?.[1])).toEqual([
      "listening",
      "stopping",
      "stopped",
    ]);
  });

  test("--allow-host, --max-age, --log-format json", async () => {
    const url = await start("--allow-host", "maps.example", "--max-age", "1h", "--log-format", "json");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", msg: "listening" });
    const first = await (await fetch(`${url}/metrics`)).text();
    expect(await (await fetch(`${url}/metrics`)).text()).toBe(first);
  });
});
