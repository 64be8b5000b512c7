import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Registry } from "prom-client";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type ErrorEvent,
  type InvalidEvent,
  type MetricsHook,
  openMap,
  PHASES,
  type PhaseEvent,
} from "../../../src/index.ts";
import { promMetrics } from "../../../src/metrics/prom.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { saveConnections } from "../snapshot/sample-maps.ts";

const scratch = useScratch();
let file = "";

beforeEach(async () => {
  file = join(scratch.folder, "conns.ndjson");
  await saveConnections(file);
});

class Recorder implements MetricsHook {
  readonly phases: PhaseEvent[] = [];
  readonly errors: ErrorEvent[] = [];
  readonly invalid: InvalidEvent[] = [];

  onRead(event: PhaseEvent): void {
    this.phases.push(event);
  }

  onError(event: ErrorEvent): void {
    this.errors.push(event);
  }

  onInvalid(event: InvalidEvent): void {
    this.invalid.push(event);
  }
}

const value = z.object({ packets: z.bigint().min(1n) });

describe("a hook", () => {
  test("is told of every phase, with seconds and the report", async () => {
    const metrics = new Recorder();
    const reader = await openMap({ file }, { metrics, value, onInvalid: "skip" });
    expect(await reader.toArray()).toHaveLength(2);
    reader.close();
    expect(metrics.phases.map(({ phase }) => phase)).toEqual(["open", "read", "decode", "validate", "close"]);
    expect([...PHASES]).toEqual(["open", "read", "decode", "validate", "close"]);
    for (const { map, durationSeconds } of metrics.phases) {
      expect(map).toBe("conns");
      expect(durationSeconds).toBeGreaterThan(0);
    }
    expect(metrics.phases[1]).toMatchObject({ entries: 3, bytes: 120, report: { complete: true, mode: "snapshot" } });
    expect(metrics.invalid).toMatchObject([{ map: "conns", side: "value", issues: [{ path: "value.packets" }] }]);
    expect(metrics.errors).toEqual([]);
  });

  test("is told of a stream of bytes as of any other read", async () => {
    const metrics = new Recorder();
    const reader = await openMap({ file }, { metrics, value, onInvalid: "skip" });
    await reader.toReadable({ format: "csv" }).toArray();
    expect(metrics.phases.map(({ phase }) => phase)).toEqual(["open", "read", "decode", "validate"]);
    for (const { durationSeconds } of metrics.phases) expect(durationSeconds).toBeGreaterThan(0);
    expect(metrics.phases[1]).toMatchObject({ entries: 3, report: { complete: true } });
    await expect(reader.toReadable({ format: "csv", timeout: -1 }).toArray()).rejects.toThrow();
    expect(metrics.errors.map(({ error }) => error.code)).toEqual(["TIMEOUT"]);
    reader.close();
  });

  test("is told of reads, lookups and openings that fail", async () => {
    const metrics = new Recorder();
    const reader = await openMap({ file }, { metrics, value });
    await expect(reader.toArray()).rejects.toThrow();
    await expect(reader.get({ addr: 0, port: 1000 } as never)).rejects.toThrow();
    reader.close();
    await expect(openMap({ file: "/no/such/file" }, { metrics })).rejects.toThrow();
    expect(metrics.errors.map(({ map, error }) => `${map} ${error.code}`)).toEqual([
      "conns VALUE_INVALID",
      "conns VALUE_INVALID",
      "file /no/such/file FILE",
    ]);
  });
});

test("Prometheus metrics", async () => {
  const registry = new Registry();
  const metrics = promMetrics({ registry });
  {
    using reader = await openMap({ file }, { metrics, value, onInvalid: "skip" });
    await reader.toArray();
    await expect(reader.toArray({ timeout: -1 })).rejects.toThrow();
  }
  const lines = (await registry.metrics())
    .split("\n")
    .filter((line) => !line.startsWith("#") && !/_bucket|_sum/.test(line));
  expect(lines.filter((line) => line !== "")).toEqual([
    'ebpf_map_read_duration_seconds_count{map="conns",phase="open"} 1',
    'ebpf_map_read_duration_seconds_count{map="conns",phase="read"} 2',
    'ebpf_map_read_duration_seconds_count{map="conns",phase="decode"} 2',
    'ebpf_map_read_duration_seconds_count{map="conns",phase="validate"} 2',
    'ebpf_map_read_duration_seconds_count{map="conns",phase="close"} 1',
    'ebpf_map_read_entries_total{map="conns",mode="snapshot"} 3',
    'ebpf_map_read_errors_total{map="conns",code="TIMEOUT"} 1',
    'ebpf_map_read_incomplete_total{map="conns"} 1',
    'ebpf_map_invalid_values_total{map="conns"} 1',
  ]);
});

liveSuite("Prometheus' own check of names, help and types", ["promtool"], () => {
  test("has nothing to say", async () => {
    const registry = new Registry();
    const metrics = promMetrics({ registry });
    using reader = await openMap({ file }, { metrics, value, onInvalid: "skip" });
    await reader.toArray();
    await expect(reader.toArray({ timeout: -1 })).rejects.toThrow();
    const text = await registry.metrics();
    for (const name of registry.getMetricsAsArray().map((metric) => metric.name))
      expect(text).toMatch(new RegExp(`^${name}(_bucket)?\\{`, "m"));
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
    const worse = text.replaceAll("ebpf_map_read_errors_total", "ebpf_map_read_errors");
    expect(spawnSync("promtool", ["check", "metrics"], { input: worse }).status).not.toBe(0);
  });
});
