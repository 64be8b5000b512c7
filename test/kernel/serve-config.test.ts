import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { connectionMap } from "../helpers/connections.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { ServeProcess } from "../helpers/serve-process.ts";
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
  let server: ServeProcess | undefined;

  afterEach(async () => {
    await server?.stop("SIGKILL");
    server = undefined;
  });

  function configure(text: string): string {
    const file = join(scratch.folder, "serve.yaml");
    writeFileSync(file, text);
    return file;
  }

  async function start(config: string): Promise<void> {
    server = await ServeProcess.start("--config", config);
  }

  const log = (): readonly string[] => server?.lines ?? [];

  async function logged(text: string): Promise<void> {
    await expect.poll(() => log().some((line) => line.includes(text)), { timeout: 20_000 }).toBe(true);
  }

  async function page(): Promise<string> {
    return await (await fetch(`http://${server?.address}/metrics`)).text();
  }

  function conns(count: number): Fd {
    return scratch.own(connectionMap(count, { name: NAME }));
  }

  test("a map that is replaced by one of another layout costs its metric, and is said", async () => {
    const first = conns(5);
    await start(configure(CONFIG));
    const whole = await page();
    for (const series of ['{state="ST_NEW"} 6', '{state="ST_OPEN"} 4'])
      expect(whole).toContain(`\nconns_packets_total${series}\n`);
    first.close();
    expect(await page()).toContain('ebpf_map_metric_maps{metric="conns_packets_total"} 0\n');
    const other = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 4, name: NAME }));
    updateElement(other, Uint8Array.of(1, 0, 0, 0), Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0));
    const text = await page();
    expect(text).not.toMatch(/^conns_packets_total/m);
    expect(text).toContain('ebpf_map_metric_failing_maps{metric="conns_packets_total"} 1\n');
    expect(text).toContain('ebpf_map_metric_layout_changes_total{metric="conns_packets_total"} 1\n');
    await page();
    expect(log().filter((line) => line.includes("a metric lacks a map"))).toHaveLength(1);
    other.close();
    conns(2);
    expect(await page()).toContain('conns_packets_total{state="ST_OPEN"} 1\n');
  });

  test("maps by the pattern of their pins, and each is read once a scrape, however many metrics take it", async () => {
    scratch.pin(conns(4), "serve_pinned");
    const metric = CONFIG.replace(`map: ${NAME}`, "map: { pinned: /sys/fs/bpf/*/serve_pinned }");
    await start(configure(metric + metric.replace("metrics:\n", "").replace("conns_packets_total", "again_total")));
    const reads = async (): Promise<number> =>
      Number(
        new RegExp(`^ebpf_map_read_duration_seconds_count\\{.*name="${NAME}"\\} (\\d+)$`, "m").exec(await page())?.[1],
      );
    const before = await reads();
    expect(await page()).toContain('\nagain_total{state="ST_OPEN"} 4\n');
    await page();
    expect((await reads()) - before).toBe(3);
  });

  test("SIGHUP and a change of the file load it again; a broken one keeps what was", async () => {
    conns(3);
    const file = configure(CONFIG);
    await start(file);
    writeFileSync(file, CONFIG.replace("value.packets", "value.pakets"));
    server?.kill("SIGHUP");
    await logged("configuration is broken");
    expect(log().join("\n")).toContain("did you mean `packets`?");
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
