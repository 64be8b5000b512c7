import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { connectionMap } from "../helpers/connections.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const NAME = "serve_conns";
const CONFIG = `metrics:
  - name: conns_packets_total
    type: counter
    map: ${NAME}
    value: value.packets
    labels: { state: value.state }
`;

liveSuite("serve --config", ["kernel", "build"], () => {
  const scratch = useScratch();
  let child: ChildProcess | undefined;
  let lines: string[] = [];

  afterEach(() => {
    child?.kill("SIGKILL");
    lines = [];
  });

  function configure(text: string): string {
    const file = join(scratch.folder, "serve.yaml");
    writeFileSync(file, text);
    return file;
  }

  async function start(config: string): Promise<void> {
    const words = ["serve", "--listen", "127.0.0.1:0", "--config", config];
    child = spawn(process.execPath, [repositoryPath("bin", "ebpf-map.js"), ...words], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    if (child.stderr === null) throw new Error("no stderr");
    createInterface(child.stderr).on("line", (line) => lines.push(line));
    await logged("listening");
  }

  async function logged(text: string): Promise<void> {
    await expect.poll(() => lines.some((line) => line.includes(text)), { timeout: 20_000 }).toBe(true);
  }

  async function page(): Promise<string> {
    const address = /127\.0\.0\.1:\d+/.exec(lines.join("\n"))?.[0];
    return await (await fetch(`http://${address}/metrics`)).text();
  }

  function conns(count: number): Fd {
    return scratch.own(connectionMap(count, { name: NAME }));
  }

  test("a map that is replaced by one of another layout costs its metric, and is said", async () => {
    const first = conns(5);
    await start(configure(CONFIG));
    expect(await page()).toContain('conns_packets_total{state="ST_NEW"} 6\nconns_packets_total{state="ST_OPEN"} 4\n');
    first.close();
    expect(await page()).toContain('ebpf_map_metric_maps{metric="conns_packets_total"} 0\n');
    const other = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 4, name: NAME }));
    updateElement(other, Uint8Array.of(1, 0, 0, 0), Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0));
    const text = await page();
    expect(text).not.toMatch(/^conns_packets_total/m);
    expect(text).toContain('ebpf_map_metric_failing_maps{metric="conns_packets_total"} 1\n');
    expect(text).toContain('ebpf_map_metric_layout_changes_total{metric="conns_packets_total"} 1\n');
    await page();
    expect(lines.filter((line) => line.includes("a metric lacks a map"))).toHaveLength(1);
    other.close();
    conns(2);
    expect(await page()).toContain('conns_packets_total{state="ST_OPEN"} 1\n');
  });

  test("SIGHUP and a change of the file load it again; a broken one keeps what was", async () => {
    conns(3);
    const file = configure(CONFIG);
    await start(file);
    writeFileSync(file, CONFIG.replace("value.packets", "value.pakets"));
    child?.kill("SIGHUP");
    await logged("configuration is broken");
    expect(lines.join("\n")).toContain("did you mean `packets`?");
    const old = await page();
    expect(old).toContain('conns_packets_total{state="ST_OPEN"} 1\n');
    expect(old).toContain("ebpf_map_config_last_reload_successful 0\n");
    writeFileSync(file, CONFIG.replaceAll("conns_packets_total", "packets_total"));
    await logged("configuration reloaded");
    const now = await page();
    expect(now).toContain('\npackets_total{state="ST_OPEN"} 1\n');
    expect(now).not.toContain("conns_packets_total");
    expect(now).toContain("ebpf_map_config_last_reload_successful 1\n");
  });
});
