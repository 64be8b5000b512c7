import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import {
  type DiffEvent,
  diff,
  type EntryWatch,
  type ListedMap,
  listMaps,
  type MapOwners,
  type MapStats,
  type OwnerGap,
  openMap,
  openSnapshot,
  save,
  stats,
  type WatchEvent,
  watch,
} from "../../../src/index.ts";
import { VERSION } from "../../../src/sdk/version.ts";
import { openDescriptors, trackDescriptors } from "../../../src/sys/fd.ts";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { loadUser } from "../../helpers/attached.ts";
import { createMap, deleteElement, updateElement } from "../../helpers/bpf.ts";
import { type ConnKey, type ConnVal, connection, connectionBytes, connectionMap } from "../../helpers/connections.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of from) list.push(one);
  return list;
}

test("snapshots name the version of the package", () => {
  expect(VERSION).toBe(
    (JSON.parse(readFileSync(repositoryPath("package.json"), "utf8")) as { version: string }).version,
  );
});

liveSuite("functions over maps of this kernel", ["kernel"], () => {
  const scratch = useScratch();
  let before = 0;

  beforeAll(trackDescriptors);
  beforeEach(() => {
    before = openDescriptors().length;
  });
  afterEach(() => {
    scratch[Symbol.dispose]();
    expect(openDescriptors()).toHaveLength(before);
  });

  describe("listMaps", () => {
    test("gives maps with their pins, which openMap takes", async () => {
      const map = scratch.own(connectionMap(3, { name: "sdk_listed" }));
      const pin = scratch.pin(map, "listed");
      const { id } = new LinuxKernel().mapInfo(map);
      const [found, ...others] = await all(listMaps({ name: "sdk_listed" }));
      expectTypeOf(found).toEqualTypeOf<ListedMap | undefined>();
      expect(others).toEqual([]);
      expect(found).toMatchObject({ id, name: "sdk_listed", type: "hash", pins: [pin], isFrozen: false });
      expect(found?.memlock).toBeGreaterThan(0);
      if (found === undefined) throw new Error("not listed");
      const reader = scratch.own(openMap(found));
      expect([reader.info.id, reader.countSync()]).toEqual([id, 3]);
    });

    test("with the programs that use a map, where they are asked for", async () => {
      const map = scratch.own(createMap({ type: "array", keySize: 4, valueSize: 8, maxEntries: 1, name: "sdk_owned" }));
      const pin = scratch.pin(map, "owned");
      const [unasked] = await all(listMaps({ name: "sdk_owned" }));
      expect(unasked?.owners).toBeUndefined();
      const gaps: OwnerGap[] = [];
      const look = async (): Promise<MapOwners | undefined> =>
        (await all(listMaps({ name: "sdk_owned", owners: true, onGap: (gap) => gaps.push(gap) })))[0]?.owners;
      expect(await look()).toMatchObject({ programs: [], processes: [], pins: [pin], isOrphaned: true });
      expect(gaps.filter(({ reason }) => reason === "")).toEqual([]);
      scratch.own(loadUser(map, { type: 6, name: "sdk_user" }));
      const owners = await look();
      expect(owners?.programs).toMatchObject([{ name: "sdk_user", type: "xdp", relation: "uses", attachments: [] }]);
      expect(owners?.isOrphaned).toBe(false);
      expect(() => listMaps({ owners: "yes" } as never)).toThrow("owners: expected true or false");
    });

    test("by type, pins and pattern", async () => {
      const pinned = scratch.own(connectionMap(1, { name: "sdk_pat_a" }));
      scratch.pin(pinned, "a");
      scratch.own(connectionMap(1, { name: "sdk_pat_b", type: "lru_hash" }));
      const names = async (options: Parameters<typeof listMaps>[0]): Promise<string[]> =>
        (await all(listMaps({ name: /^sdk_pat_/, ...options }))).map(({ name }) => name);
      expect(await names({})).toEqual(["sdk_pat_a", "sdk_pat_b"]);
      expect(await names({ type: ["lru_hash", "array"] })).toEqual(["sdk_pat_b"]);
      expect(await names({ pinned: true })).toEqual(["sdk_pat_a"]);
      expect(await names({ pinned: false })).toEqual(["sdk_pat_b"]);
    });

    test("refuses wrong options at once, and ends with a signal", async () => {
      // @ts-expect-error: no such option
      expect(() => listMaps({ nme: "x" })).toThrow("did you mean `name`?");
      await expect(all(listMaps({ signal: AbortSignal.abort() }))).rejects.toThrow(
        expect.objectContaining({ code: "ABORTED" }),
      );
    });
  });

  describe("stats", () => {
    test("of a map, a reader and a list, with growth", async () => {
      const map = scratch.own(connectionMap(3, { name: "sdk_stats", maxEntries: 10 }));
      const reader = scratch.own(openMap<ConnKey, ConnVal>({ fd: map.number }));
      const first = await stats(reader);
      expectTypeOf(first).toEqualTypeOf<MapStats>();
      expect(first).toMatchObject({ name: "sdk_stats", entries: 3, maxEntries: 10, ratio: 0.3, whenFull: "refuses" });
      expect(first.growth).toBeUndefined();
      const { key, value } = connectionBytes(7);
      updateElement(map, key, value);
      const [second] = await stats(listMaps({ name: "sdk_stats" }), { since: [{ ...first, at: first.at - 1000 }] });
      expect(second).toMatchObject({ entries: 4, complete: true });
      expect(second?.growth?.perSecond).toBeGreaterThan(0);
      expect(second?.growth?.fullIn).toBeGreaterThan(0);
      reader.close();
      await expect(stats(reader)).rejects.toThrow(expect.objectContaining({ code: "CLOSED" }));
      await expect(stats({ id: 0xffff_fff0 })).rejects.toThrow(expect.objectContaining({ code: "NO_SUCH_MAP" }));
      expect(await stats([{ id: 0xffff_fff0 }])).toEqual([]);
    });
  });

  describe("watch", () => {
    test("gives the first of an order, and refuses half of one", async () => {
      const map = scratch.own(connectionMap(9, { name: "sdk_sorted" }));
      const reader = scratch.own(openMap<ConnKey, ConnVal>({ fd: map.number }));
      const packets = async (
        options: EntryWatch & { select?: undefined; perCpu?: undefined; agg?: undefined },
      ): Promise<bigint[]> => (await all(watch(reader, { ...options, reads: 1 }))).map(({ value }) => value.packets);
      expect(await packets({ sort: "value.packets:desc", top: 2 })).toEqual([8n, 7n]);
      expect(await packets({ sort: ["key.addr"], top: 3 })).toEqual([0n, 1n, 2n]);
      // @ts-expect-error: the first of no order
      expect(() => watch(reader, { top: 1 })).toThrow("top needs sort");
      await expect(all(watch(reader, { sort: "value.pakets" }))).rejects.toThrow("did you mean `packets`?");
    });

    test("gives what was added, changed and removed, with exact deltas and rates", async () => {
      const map = scratch.own(connectionMap(2, { name: "sdk_watched" }));
      const reader = scratch.own(openMap<ConnKey, ConnVal>({ fd: map.number }));
      const seen: WatchEvent<ConnKey, ConnVal>[] = [];
      for await (const event of watch(reader, { interval: 5 })) {
        seen.push(event);
        if (seen.length === 2) {
          const { key, value } = connectionBytes(1);
          new DataView(value.buffer).setBigUint64(0, 43n, true);
          updateElement(map, key, value);
          deleteElement(map, connectionBytes(0).key);
          updateElement(map, connectionBytes(9).key, connectionBytes(9).value);
        }
        if (seen.length === 5) break;
      }
      const [one, two, ...later] = seen;
      expect([one?.type, two?.type]).toEqual(["added", "added"]);
      expect(one).toMatchObject({ initial: true, cpu: undefined, time: expect.any(Date) });
      const byType = Object.fromEntries(later.map((event) => [event.type, event]));
      expect(byType.added).toMatchObject({ ...connection(9), initial: false });
      expect(byType.removed).toMatchObject(connection(0));
      const { key, value } = connection(1);
      expect(byType.changed).toMatchObject({
        key,
        value: { ...value, packets: 43n },
        previous: value,
        delta: { packets: 42n },
        reset: [],
      });
      const { changed } = byType;
      const seconds =
        changed === undefined || one === undefined ? 0 : (changed.time.getTime() - one.time.getTime()) / 1000;
      expect(changed?.type === "changed" && changed.rate.packets).toBeCloseTo(42 / seconds, 6);
    });

    test("groups have rates, and types by their paths", async () => {
      const map = scratch.own(connectionMap(4, { name: "sdk_groups" }));
      const reader = scratch.own(openMap<ConnKey, ConnVal>({ fd: map.number }));
      const query = {
        groupBy: "key.port",
        agg: "count(), sum(value.packets)",
        sort: "sum(value.packets):desc",
      } as const;
      for await (const event of watch(reader, { ...query, top: 1, interval: 5 })) {
        expectTypeOf(event.key).toEqualTypeOf<{ readonly "key.port": number }>();
        expectTypeOf(event.value).toEqualTypeOf<{
          readonly "count()": number;
          readonly "sum(value.packets)": bigint;
        }>();
        const port = connection(3).key.port;
        if (event.type === "added") {
          expect(event).toMatchObject({ key: { "key.port": port }, value: { "count()": 1, "sum(value.packets)": 3n } });
          const { key, value } = connectionBytes(3);
          new DataView(value.buffer).setBigUint64(0, 43n, true);
          updateElement(map, key, value);
        } else {
          expect(event).toMatchObject({
            type: "changed",
            key: { "key.port": port },
            delta: { "sum(value.packets)": 40n },
          });
          break;
        }
      }
      const [open] = await all(watch<ConnKey, ConnVal>({ fd: map.number }, { groupBy: "key.port", reads: 1 }));
      expect(open?.value).toEqual({ "count()": 1 });
      // @ts-expect-error: groups show what groupBy and agg name
      expect(() => watch(reader, { groupBy: "key.port", select: "value.packets" })).toThrow("exclude each other");
    });

    test("where and select decide what counts", async () => {
      const map = scratch.own(connectionMap(4));
      const events = watch({ fd: map.number }, { where: "key.addr == 3u", select: "value.packets", reads: 1 });
      expect(await all(events)).toMatchObject([{ type: "added", value: { "value.packets": 3n } }]);
      await expect(watch({ fd: map.number }, { where: "value.none" }).next()).rejects.toThrow(
        expect.objectContaining({ code: "QUERY_INVALID", message: expect.stringMatching(/^where: /) }),
      );
    });

    test("ends with the map, and with a signal", async () => {
      const map = connectionMap(1, { name: "sdk_gone" });
      const { id } = new LinuxKernel().mapInfo(map);
      const types: string[] = [];
      for await (const { type } of watch({ name: "sdk_gone" }, { interval: 5 })) {
        types.push(type);
        map.close();
      }
      expect(types).toEqual(["added"]);
      await expect(watch({ id }).next()).rejects.toThrow(expect.objectContaining({ code: "NO_SUCH_MAP" }));
      const other = scratch.own(connectionMap(1));
      const controller = new AbortController();
      for await (const _ of watch({ fd: other.number }, { interval: 60_000, signal: controller.signal }))
        controller.abort();
      // @ts-expect-error: no such option
      expect(() => watch({ fd: other.number }, { intervall: 5 })).toThrow("did you mean `interval`?");
      expect(() => watch({ fd: other.number }, { interval: 0 })).toThrow(expect.objectContaining({ code: "USAGE" }));
    });
  });

  describe("diff, save and openSnapshot", () => {
    test("a saved map, and what changed since", async () => {
      const map = scratch.own(connectionMap(3, { name: "sdk_saved" }));
      const reader = scratch.own(openMap<ConnKey, ConnVal>({ fd: map.number }));
      const file = join(scratch.folder, "conns.ndjson.gz");
      expect(await save(reader, file)).toMatchObject({ entries: 3, reports: [{ complete: true }] });
      await expect(save(reader, file)).rejects.toThrow(expect.objectContaining({ code: "FILE" }));
      expect((await save([reader, { fd: map.number }], file, { force: true })).entries).toBe(6);
      expect((await save(reader, file, { force: true })).bytes).toBeGreaterThan(100);
      expect(await all(diff<ConnKey, ConnVal>({ file }, reader))).toEqual([]);

      const changed = connectionBytes(1).value.slice();
      new DataView(changed.buffer).setBigUint64(0, 43n, true);
      updateElement(map, connectionBytes(1).key, changed);
      deleteElement(map, connectionBytes(0).key);
      updateElement(map, connectionBytes(9).key, connectionBytes(9).value);
      const events = await all(diff<ConnKey, ConnVal>({ file }, reader));
      expectTypeOf(events).toEqualTypeOf<DiffEvent<ConnKey, ConnVal>[]>();
      const byType = Object.fromEntries(events.map((event) => [event.type, event]));
      expect(events).toHaveLength(3);
      expect(byType.added).toEqual({ type: "added", cpu: undefined, ...connection(9) });
      expect(byType.removed).toEqual({ type: "removed", cpu: undefined, ...connection(0) });
      expect(byType.changed).toMatchObject({
        key: connection(1).key,
        a: connection(1).value,
        b: { ...connection(1).value, packets: 43n },
        fields: { packets: { a: 1n, b: 43n } },
        delta: { packets: 42n },
        rate: { packets: expect.any(Number) },
      });
      const best = await all(diff({ file }, reader, { sort: "value.packets.delta:desc", top: 1 }));
      expect(best).toMatchObject([{ type: "changed", key: connection(1).key, delta: { packets: 42n } }]);
      // @ts-expect-error: the first of no order
      expect(() => diff({ file }, reader, { top: 1 })).toThrow("top needs sort");
      expect(await all(diff({ file }, reader, { where: "key.addr == 1u", select: "value.comm" }))).toEqual([]);
    });

    test("to a stream, and back from one", async () => {
      const map = scratch.own(connectionMap(5, { name: "sdk_stream" }));
      const stream = new PassThrough();
      const opening = openSnapshot(stream);
      await save({ fd: map.number }, stream, { gzip: true });
      stream.end();
      const snapshot = scratch.own(await opening);
      expect(snapshot.maps).toMatchObject([{ name: "sdk_stream", type: "hash", tool: `ebpf-map ${VERSION}` }]);
      const reader = scratch.own(snapshot.open<ConnKey, ConnVal>());
      expect(await reader.entries({ sort: "key.addr" }).toArray()).toEqual([0, 1, 2, 3, 4].map(connection));
      snapshot.close();
      expect(() => snapshot.open()).toThrow(expect.objectContaining({ code: "CLOSED" }));

      const file = join(scratch.folder, "web.ndjson");
      const chunks: Uint8Array[] = [];
      const web = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) });
      const { bytes } = await save({ fd: map.number }, web);
      expect(Buffer.concat(chunks)).toHaveLength(bytes);
      await save([{ fd: map.number }, { fd: map.number }], file);
      const two = scratch.own(await openSnapshot(createReadStream(file)));
      expect(() => two.open()).toThrow(expect.objectContaining({ code: "AMBIGUOUS_MAP" }));
      const second = scratch.own(two.open(two.maps[1]));
      expect(await second.count()).toBe(5);
      await expect(openSnapshot(createReadStream(repositoryPath("package.json")))).rejects.toThrow(
        expect.objectContaining({ code: "SNAPSHOT_INVALID" }),
      );
      const text = scratch.own(await openSnapshot(createReadStream(file, { encoding: "utf8" })));
      expect(text.maps.map(({ id }) => id)).toEqual(two.maps.map(({ id }) => id));
      const fromWeb = scratch.own(await openSnapshot(new Blob([readFileSync(file)]).stream()));
      expect(fromWeb.maps).toHaveLength(two.maps.length);
      await expect(openSnapshot(Readable.from([{ not: "bytes" }]))).rejects.toThrow(
        expect.objectContaining({ code: "USAGE", message: expect.stringContaining("gives objects, not bytes") }),
      );
      await expect(openSnapshot("")).rejects.toThrow(expect.objectContaining({ code: "USAGE" }));
    });

    test("maps that can't be compared, and an abort", async () => {
      const map = scratch.own(connectionMap(1));
      const bare = scratch.own(connectionMap(1, { btf: false }));
      const notes: string[] = [];
      const onNote = (note: string): void => void notes.push(note);
      expect(await all(diff({ fd: map.number }, { fd: bare.number }, { onNote }))).toEqual([]);
      expect(notes).toHaveLength(1);
      const { signal } = { signal: AbortSignal.abort() };
      await expect(all(diff({ fd: map.number }, { fd: map.number }, { signal }))).rejects.toThrow(
        expect.objectContaining({ code: "ABORTED" }),
      );
      await expect(save({ fd: map.number }, join(scratch.folder, "x.ndjson"), { signal })).rejects.toThrow(
        expect.objectContaining({ code: "ABORTED" }),
      );
    });
  });
});
