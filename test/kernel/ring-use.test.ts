import { chmodSync } from "node:fs";
import { expect, test } from "vitest";
import { findMaps } from "../../src/reader/find.ts";
import { measureOccupancy, type Occupancy } from "../../src/reader/occupancy.ts";
import { LinuxStreamKernel } from "../../src/sys/events/linux.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, freezeMap } from "../helpers/bpf.ts";
import { run } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { loadStreams } from "../helpers/streams.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();
const scratch = useScratch();
/** Of the fixture's ring, and of one of its events with its header. */
const SIZE = 64 * 1024;
const RECORD = 56;
const ROOM = Math.floor((SIZE - 1) / RECORD);

async function occupancyOf(id: number): Promise<Occupancy> {
  const [map] = findMaps(kernel, { by: "id", id });
  if (map === undefined) throw new Error("the map is not there");
  using open = map;
  return await measureOccupancy(open);
}

liveSuite("a ring buffer that nobody consumes", ["kernel", "bpftools", "clang", "libbpf", "build"], () => {
  test("is measured by its positions, and fills up", async () => {
    const fixture = await loadStreams(scratch);
    const id = fixture.mapId("ring");
    expect(await occupancyOf(id)).toMatchObject({
      mode: "positions",
      whenFull: "drops",
      ring: { size: SIZE, pending: 0 },
    });
    await fixture.emit("emit", 10);
    expect((await occupancyOf(id)).ring).toEqual({
      size: SIZE,
      pending: 10 * RECORD,
      ratio: (10 * RECORD) / SIZE,
      isFull: false,
      consumed: 0n,
    });
    await fixture.emit("emit", 2 * ROOM);
    expect(fixture.dropped()).toBe(10 + 2 * ROOM - ROOM);
    expect((await occupancyOf(id)).ring).toMatchObject({ pending: ROOM * RECORD, isFull: true });

    const stats = await runOurs(["stats", "id", String(id), "-o", "ndjson", "--warn", "90"]);
    expect(JSON.parse(stats.stdout.toString())).toMatchObject({
      ...{ entries: null, max_entries: SIZE, ratio: 0.9998, when_full: "drops", preallocated: true, mode: "positions" },
      ...{ complete: true, pending: ROOM * RECORD, consumed: 0 },
    });
    expect(stats.status).toBe(4);
    expect(stats.stderr).toBe(
      `Warning: map id ${id} (ring) is 99.9% full: ${ROOM * RECORD} of ${SIZE} bytes are pending, and nothing was ever consumed; the producer is dropping\n`,
    );
    const events = await runOurs(["events", "id", String(id), "--for", "100ms"]);
    expect(events.stdout.length).toBe(0);
    expect(events.stderr).toMatch(
      /^Warning: map id \d+ \(ring\): ring 100 % full, 1,170 events pending: new events are dropped .*\n0 events \(0 bytes\) in \d\.\d s; ring 100 % full, 1,170 events pending, no consumer: the producer is dropping\n$/,
    );
  });

  test("is not full any more when somebody consumes", async () => {
    const fixture = await loadStreams(scratch);
    const id = fixture.mapId("ring");
    await fixture.emit("emit", 2 * ROOM);
    expect((await runOurs(["events", "id", String(id), "--consume", "--count", "100"])).status).toBe(0);
    expect((await occupancyOf(id)).ring).toMatchObject({
      pending: (ROOM - 100) * RECORD,
      isFull: false,
      consumed: 5600n,
    });
    const { stderr } = await runOurs(["events", "id", String(id), "--for", "100ms"]);
    expect(stderr).toMatch(/^0 events \(0 bytes\) in \d\.\d s; none lost\n$/);
  });
});

liveSuite("a ring buffer without a program", ["kernel", "build"], () => {
  const made = (type: "ringbuf" | "user_ringbuf"): Fd =>
    scratch.own(createMap({ type, keySize: 0, valueSize: 0, maxEntries: 4096, name: "rung" }));

  test("a user ring buffer is measured, too: 24 bytes that a process has produced", async () => {
    const map = made("user_ringbuf");
    const streams = new LinuxStreamKernel();
    using producer = streams.mapPages(map, streams.pageSize, streams.pageSize, "write");
    using data = streams.mapPages(map, 2 * streams.pageSize, streams.pageSize, "write");
    new DataView(data.buffer).setUint32(0, 16, true);
    new BigUint64Array(producer.buffer, 0, 1)[0] = 24n;
    expect(await occupancyOf(kernel.mapInfo(map).id)).toMatchObject({
      whenFull: "refuses",
      ring: { pending: 24, isFull: false },
    });
    new BigUint64Array(producer.buffer, 0, 1)[0] = 4096n - 24n;
    expect((await occupancyOf(kernel.mapInfo(map).id)).ring).toMatchObject({ pending: 4072, isFull: true });
    new BigUint64Array(producer.buffer, 0, 1)[0] = 1n << 40n;
    const { ring, error } = await occupancyOf(kernel.mapInfo(map).id);
    expect({ ring, message: error?.message }).toEqual({
      ring: undefined,
      message: expect.stringMatching(/1099511627776 bytes are pending in a ring of 4096/),
    });
  });

  test("a frozen one can be measured all the same", async () => {
    const map = made("ringbuf");
    freezeMap(map);
    expect((await occupancyOf(kernel.mapInfo(map).id)).ring).toMatchObject({ pending: 0, size: 4096 });
  });

  test("one that this user may only read says why nothing is known of it", async () => {
    const map = made("ringbuf");
    const path = scratch.pin(map, "read-only-ring");
    chmodSync(path, 0o444);
    const { stdout, stderr, status } = await run("setpriv", [
      ...["--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", process.execPath],
      ...[repositoryPath("bin", "ebpf-map.js"), "stats", "pinned", path, "-o", "ndjson", "--warn", "1"],
    ]);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      ratio: null,
      mode: "positions",
      complete: false,
      error: "EACCES",
    });
    expect(stderr).toMatch(
      /^Note: map id \d+ \(rung\) can't be measured: open pinned \S+ for writing: permission denied \(mapping a ring buffer .*\)\n$/,
    );
    expect(status).toBe(0);
  });
});
