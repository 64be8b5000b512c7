import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { z } from "zod";
import { CHANNELS, channelMetrics, combineHooks, openMap } from "../../../src/index.ts";
import { promMetrics } from "../../../src/metrics/prom.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { saveConnections } from "../snapshot/sample-maps.ts";

const scratch = useScratch();

async function savedConnections(): Promise<string> {
  const file = join(scratch.folder, "conns.ndjson");
  await saveConnections(file);
  return file;
}

test("a channel tells its subscribers what a hook is told", async () => {
  const seen: [name: string, event: unknown][] = [];
  const listen = (event: unknown, name: string | symbol): void => void seen.push([String(name), event]);
  for (const name of Object.values(CHANNELS)) subscribe(name, listen);
  try {
    const value = z.object({ packets: z.bigint().min(1n) });
    const options = { metrics: channelMetrics(), value, onInvalid: "skip" } as const;
    await using reader = await openMap({ file: await savedConnections() }, options);
    await reader.toArray();
    await expect(reader.entries({ timeout: 0 }).next()).rejects.toThrow();
    await expect(openMap({ file: "none" }, options)).rejects.toThrow();
  } finally {
    for (const name of Object.values(CHANNELS)) unsubscribe(name, listen);
  }
  const names = seen.map(([name]) => name);
  expect(new Set(names)).toEqual(new Set(["ebpf-map:read", "ebpf-map:error", "ebpf-map:invalid"]));
  expect(seen.find(([name]) => name === "ebpf-map:read")?.[1]).toMatchObject({ map: "conns", phase: "open" });
  expect(seen.find(([name]) => name === "ebpf-map:invalid")?.[1]).toMatchObject({ map: "conns", side: "value" });
});

test("several registries count the same, asked for any number of times", async () => {
  const [one, other] = [new Registry(), new Registry()];
  const file = await savedConnections();
  for (const metrics of [promMetrics({ registry: [one, other] }), promMetrics({ registry: one })]) {
    await using reader = await openMap({ file }, { metrics });
    await reader.count();
  }
  const line = (times: number): string => `ebpf_map_read_entries_total{map="conns",mode="snapshot"} ${times}`;
  expect(await one.metrics()).toContain(line(6));
  expect(await other.metrics()).toContain(line(3));
});

test("hooks are told in their order, and those without a part are passed over", async () => {
  const told: string[] = [];
  const metrics = combineHooks(
    { onRead: ({ phase }) => void told.push(`a ${phase}`) },
    {},
    { onRead: ({ phase }) => void told.push(`b ${phase}`) },
  );
  await using _ = await openMap({ file: await savedConnections() }, { metrics });
  expect(told).toEqual(["a open", "b open"]);
});
