import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import type { EntryCall, ReadReport } from "../../../src/reader/entries.ts";
import { LiveMap } from "../../../src/reader/live-map.ts";
import { callError, readError, reportDetails, valuesError } from "../../../src/reader/read-error.ts";
import { newReport } from "../../../src/reader/read-target.ts";
import {
  EACCES,
  EBADF,
  EBUSY,
  EDEADLK,
  EFAULT,
  EINVAL,
  ENOMEM,
  ENOSPC,
  ENOTSUPP,
  EOPNOTSUPP,
  EPERM,
  ETIMEDOUT,
} from "../../../src/sys/errno.ts";
import type { MapInfo } from "../../../src/sys/info.ts";
import { BPF_F_WRONLY } from "../../../src/sys/map-flags.ts";
import { FakeKernel, fakeMap } from "../../helpers/fake-kernel.ts";
import { MAP_TYPES, type MapTypeName } from "../../helpers/map-types.ts";

const NAMES = Object.keys(MAP_TYPES) as MapTypeName[];
const CALLS: readonly EntryCall[] = ["batch", "next-key", "lookup"];
const ERRNOS = [
  ...[EPERM, EBADF, ENOMEM, EACCES, EFAULT, EBUSY, EINVAL, ENOSPC, EDEADLK, EOPNOTSUPP, ETIMEDOUT, ENOTSUPP],
];

/** Types of which the kernel lists no entries, and those whose values it doesn't show. */
const UNLISTED =
  "queue stack ringbuf user_ringbuf bloom_filter arena sk_storage inode_storage task_storage cgrp_storage".split(" ");
const HIDDEN = "perf_event_array cgroup_array xskmap sockmap sockhash reuseport_sockarray".split(" ");

function mapOf(type: number, changes: Partial<MapInfo> = {}): { label: string; info: MapInfo } {
  return {
    label: "map id 7 (conns)",
    info: { ...fakeMap(0).info, id: 7, type, valueSize: 4, maxEntries: 50_000, ...changes },
  };
}

/** What the table above `callError` says. */
function expectedCode(name: MapTypeName, call: EntryCall, errno: number): string {
  if (errno === EPERM || errno === EACCES) return "NO_PERMISSION";
  const isNotOffered = [ENOTSUPP, EOPNOTSUPP, EINVAL].includes(errno);
  if (UNLISTED.includes(name) && isNotOffered) return "NOT_READABLE";
  if (HIDDEN.includes(name) && call === "lookup" && (isNotOffered || errno === ENOSPC)) return "NOT_READABLE";
  return "KERNEL";
}

test.each(NAMES)("each errno of each call on a %s has its own meaning, and no other", (name) => {
  const wrong: unknown[] = [];
  for (const call of CALLS) {
    for (const errno of ERRNOS) {
      const error = callError("read", mapOf(MAP_TYPES[name]), call, errno);
      const expected = expectedCode(name, call, errno);
      if (error.code !== expected || error.details.errno !== errno)
        wrong.push({ call, errno, code: error.code, expected });
    }
  }
  expect(wrong).toEqual([]);
});

describe("the sentence", () => {
  const ofCall = (type: number, call: EntryCall, errno: number, changes?: Partial<MapInfo>): string =>
    callError("look up a key in", mapOf(type, changes), call, errno).message;

  test.each<[string, string]>([
    [
      ofCall(MAP_TYPES.hash, "lookup", ENOMEM),
      "look up a key in map id 7 (conns): cannot allocate memory (ENOMEM: the kernel is short of memory for the call)",
    ],
    [ofCall(MAP_TYPES.hash, "lookup", EFAULT), "look up a key in map id 7 (conns): bad address (EFAULT)"],
    [
      ofCall(MAP_TYPES.hash, "lookup", EPERM, { mapFlags: BPF_F_WRONLY }),
      "look up a key in map id 7 (conns): operation not permitted (EPERM: the map was made with BPF_F_WRONLY, so nobody may read it from user space)",
    ],
    [
      ofCall(MAP_TYPES.hash, "lookup", EPERM),
      "look up a key in map id 7 (conns): operation not permitted (EPERM: before Linux 5.19 reading needs CAP_BPF, and a security module may forbid it)",
    ],
    [
      ofCall(MAP_TYPES.ringbuf, "lookup", ENOTSUPP),
      "look up a key in map id 7 (conns): operation not supported (ENOTSUPP: a ringbuf has no entries: records flow through it)",
    ],
    [
      ofCall(MAP_TYPES.sockmap, "lookup", ENOSPC),
      "look up a key in map id 7 (conns): no space left on device (ENOSPC: a sockmap has sockets for values, and shows their cookies only if values have 8 bytes)",
    ],
  ])("%s", (message, expected) => {
    expect(message).toBe(expected);
  });

  test("a sockmap with 8-byte values has no excuse", () => {
    expect(callError("read", mapOf(MAP_TYPES.sockmap, { valueSize: 8 }), "lookup", ENOSPC).code).toBe("KERNEL");
  });

  test.each([
    [ENOTSUPP, "NOT_READABLE"],
    [EOPNOTSUPP, "NOT_READABLE"],
    [EINVAL, "KERNEL"],
    [ENOMEM, "KERNEL"],
  ])("of a type that is newer than this program, errno %i is %s", (errno, code) => {
    expect(callError("read", mapOf(99), "next-key", errno).code).toBe(code);
  });
});

describe("a read that ended", () => {
  const report = (changes: Partial<ReadReport>): ReadReport => ({ ...newReport("batch"), ...changes });

  test("with an errno says in which call, and after how much", () => {
    const eighth = report({ entries: 19_274, errno: ENOMEM, stop: { why: "errno", call: "batch", number: 8 } });
    const error = readError(mapOf(MAP_TYPES.hash), eighth);
    expect(error?.message).toBe(
      "read map id 7 (conns): cannot allocate memory, in batch lookup 8, after 19274 of at most 50000 entries (ENOMEM: the kernel is short of memory for the call)",
    );
    expect(error).toMatchObject({
      code: "KERNEL",
      details: {
        id: 7,
        entries: 19_274,
        errno: ENOMEM,
        errnoName: "ENOMEM",
        stop: "errno",
        call: "batch",
        callNumber: 8,
      },
    });
  });

  test("at once says what the type has to do with it", () => {
    const first = report({ errno: EINVAL, stop: { why: "errno", call: "next-key", number: 1 } });
    expect(readError(mapOf(MAP_TYPES.queue), first)).toMatchObject({
      code: "NOT_READABLE",
      message:
        "read map id 7 (conns): invalid argument (EINVAL: a queue has no keys: only its next element can be looked at)",
    });
    expect(readError(mapOf(MAP_TYPES.hash), first)?.code).toBe("KERNEL");
  });

  test("in a snapshot with an errno, of which no more is known", () => {
    expect(readError(mapOf(MAP_TYPES.hash), report({ entries: 1, errno: ENOMEM }))?.message).toBe(
      "read map id 7 (conns): cannot allocate memory, after 1 of at most 50000 entries (ENOMEM: the kernel is short of memory for the call)",
    );
  });

  test.each<[Partial<ReadReport>, string]>([
    [
      { entries: 32, restarts: 12, stop: { why: "changing" } },
      "gave up after 32 of at most 50000 entries: keys were deleted under the read 12 times",
    ],
    [
      { entries: 32, restarts: 1, stop: { why: "changing" } },
      "gave up after 32 of at most 50000 entries: keys were deleted under the read once",
    ],
    [
      { entries: 7, stop: { why: "changing" } },
      "gave up after 7 of at most 50000 entries: entries came and went during each pass",
    ],
    [{ entries: 7, stop: { why: "unsure" } }, "there is no telling whether 7 entries are all"],
  ])("%j: incomplete", (changes, text) => {
    const error = readError(mapOf(MAP_TYPES.lpm_trie), report(changes));
    expect(error).toMatchObject({ code: "INCOMPLETE", details: { stop: changes.stop?.why } });
    expect(error?.message).toContain(text);
  });

  test("at the end of the map is no error", () => {
    expect(readError(mapOf(MAP_TYPES.hash), report({ complete: true }))).toBeUndefined();
  });

  test("a report's details are flat", () => {
    expect(reportDetails(report({ complete: true }))).toEqual({ ...newReport("batch"), complete: true });
  });
});

test("a read of which no value could be looked up", () => {
  expect(valuesError(mapOf(MAP_TYPES.perf_event_array), ENOTSUPP)).toMatchObject({
    code: "NOT_READABLE",
    message:
      "read map id 7 (conns): operation not supported (ENOTSUPP: a perf_event_array has perf events for values, which the kernel doesn't show)",
  });
});

describe("errnos of the first call, by way of the fake kernel", () => {
  test.each<[EntryCall, "lookupBatch" | "nextKey", number, string]>([
    ["batch", "lookupBatch", ENOMEM, "KERNEL"],
    ["batch", "lookupBatch", EBADF, "KERNEL"],
    ["batch", "lookupBatch", EPERM, "NO_PERMISSION"],
    ["next-key", "nextKey", ENOMEM, "KERNEL"],
    ["next-key", "nextKey", EPERM, "NO_PERMISSION"],
    ["next-key", "nextKey", EINVAL, "KERNEL"],
  ])("%s: %s says %i, which is %s", (call, faulty, errno, code) => {
    const map = fakeMap(3, { batch: faulty === "nextKey" ? "none" : "buckets" });
    const kernel = new FakeKernel([map], (name) => (name === faulty ? errno : undefined));
    using live = new LiveMap(kernel, kernel.openMap(1));
    using source = live.entries();
    expect(source.next()).toBeUndefined();
    expect(source.report.stop).toEqual({ why: "errno", call, number: 1 });
    const error = readError(live, source.report);
    expect(error).toBeInstanceOf(EbpfMapError);
    expect(error).toMatchObject({ code, details: { errno } });
  });
});
