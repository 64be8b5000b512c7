import { join } from "node:path";
import { Counter, Registry } from "prom-client";
import { beforeEach, describe, expect, test } from "vitest";
import { EbpfMapError, openMap, openStream, save, stats } from "../../../src/index.ts";
import { promMetrics } from "../../../src/metrics/prom.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { saveConnections } from "../snapshot/sample-maps.ts";

const scratch = useScratch();
let file = "";

beforeEach(async () => {
  file = join(scratch.folder, "conns.ndjson");
  await saveConnections(file);
});

/** What JavaScript, or JSON, may hand over. */
type Anything = Parameters<typeof openMap>[0] & Parameters<typeof openStream>[0];

/** The error of a call that throws, or gives a promise that rejects. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("there was no error");
}

const HANDLES: readonly (readonly [handle: unknown, message: string])[] = [
  [null, "open a map: handle: expected { id }, { name }, { pinned }, { fd } or { file }, got null"],
  [undefined, "open a map: handle: expected { id }, { name }, { pinned }, { fd } or { file }, got undefined"],
  ["conns", 'open a map: handle: expected { id }, { name }, { pinned }, { fd } or { file }, got "conns"'],
  [[7], "open a map: handle: expected { id }, { name }, { pinned }, { fd } or { file }, got an array"],
  [{}, "open a map: expected { id }, { name }, { pinned }, { fd } or { file }"],
  [{ path: "/x" }, "open a map: expected { id }, { name }, { pinned }, { fd } or { file }"],
  [{ id: 1, name: "x" }, "open a map: id and name exclude each other"],
  [{ id: "7" }, 'open a map: id: expected a whole number below 2^32, got "7"'],
  [{ id: 2 ** 32 }, "open a map: id: expected a whole number below 2^32, got 4294967296"],
  [{ id: 1.5 }, "open a map: id: expected a whole number below 2^32, got 1.5"],
  [{ name: 7 }, "open a map: name: expected text, got 7"],
  [{ fd: -1 }, "open a map: fd: expected a whole number of at least 0, got -1"],
  [
    { pinned: "/sys/fs/bpf/a\0b" },
    'open a map: pinned: expected a path (text that is not empty and has no NUL), got "/sys/fs/bpf/a\\u0000b"',
  ],
];

const FILE_HANDLES: readonly (readonly [handle: unknown, message: string])[] = [
  [{ file: "a\0b" }, 'open a map: file: expected a path (text that is not empty and has no NUL), got "a\\u0000b"'],
  [{ file: "" }, 'open a map: file: expected a path (text that is not empty and has no NUL), got ""'],
  [{ file: "x", map: 1 }, "open a map: map: expected text, got 1"],
];

describe("a handle that names no map is USAGE", () => {
  test.each([...HANDLES, ...FILE_HANDLES])("openMap(%j)", async (handle, message) => {
    expect(await errorOf(() => openMap(handle as Anything))).toMatchObject({ code: "USAGE", message });
  });

  test.each(HANDLES)("openStream(%j)", async (handle, message) => {
    expect(await errorOf(() => openStream(handle as Anything))).toMatchObject({ code: "USAGE", message });
  });

  test("openStream of a file", async () => {
    expect(await errorOf(() => openStream({ file } as unknown as Anything))).toMatchObject({
      code: "USAGE",
      message: "read events: a snapshot file has no events (name a map of the kernel)",
    });
  });
});

test.each([
  [{ int64: "x" }, 'int64: expected "bigint", "number" or "string", got "x"'],
  [{ enums: 1 }, 'enums: expected "name", "number" or "both", got 1'],
  [{ chars: true }, 'chars: expected "bpftool", "text" or "bytes", got true'],
  [{ perCpu: "x" }, 'perCpu: expected "each", "sum", "min", "max" or "avg", got "x"'],
  [{ perCPU: "sum" }, 'there is no option "perCPU"; did you mean `perCpu`?'],
  [{ types: 1 }, "types: expected an object, got 1"],
  [{ types: { btf: 1 } }, "types: btf: expected a path or a Uint8Array, got 1"],
  [{ types: { key: [] } }, "types: key: expected text, got an array"],
  [{ types: { schema: ["a", 1] } }, "types: schema: expected a path or a list of paths, got an array"],
  [{ schemaFile: "" }, 'schemaFile: expected a path (text that is not empty and has no NUL), got ""'],
  [{ key: {} }, "key: expected a Standard Schema (an object with ~standard.validate), got an object"],
  [{ value: null }, "value: expected a Standard Schema (an object with ~standard.validate), got null"],
  [{ onInvalid: "drop" }, 'onInvalid: expected "throw", "skip" or "report", got "drop"'],
  [{ onInvalidEntry: 1 }, "onInvalidEntry: expected a function, got 1"],
  [{ metrics: "prom" }, 'metrics: expected an object, got "prom"'],
  [null, "options: expected an object, got null"],
])("openMap with %j is USAGE", async (options, message) => {
  const error = await errorOf(() => openMap({ file }, options as object));
  expect(error).toBeInstanceOf(EbpfMapError);
  expect(error).toMatchObject({ code: "USAGE", message: expect.stringContaining(message) });
});

test.each([
  [{ timeout: Number.NaN }, "timeout: expected a number of milliseconds, got NaN"],
  [{ timeout: "5" }, 'timeout: expected a number of milliseconds, got "5"'],
  [{ signal: {} }, "signal: expected an AbortSignal, got an object"],
])("a read with %j is USAGE", async (options, message) => {
  const reader = await openMap({ file });
  try {
    for (const read of [() => reader.toArray(options as object), () => reader.count(options as object)]) {
      expect(await errorOf(read)).toMatchObject({ code: "USAGE", message: expect.stringContaining(message) });
    }
  } finally {
    reader.close();
  }
});

test.each([
  [{ format: "xml" }, 'format: expected "bpftool"'],
  [{ onNote: 1 }, "onNote: expected a function, got 1"],
])("toReadable(%j) is USAGE", async (options, message) => {
  const reader = await openMap({ file });
  try {
    expect(await errorOf(() => reader.toReadable(options as object))).toMatchObject({
      code: "USAGE",
      message: expect.stringContaining(message),
    });
  } finally {
    reader.close();
  }
});

test.each([
  [{ from: "later" }, 'from: expected "now" or "oldest", got "later"'],
  [{ consume: 1 }, "consume: expected true or false, got 1"],
  [{ pages: 3 }, "pages: expected a power of two from 1 to 65536, got 3"],
  [{ pollMs: Number.NaN }, "pollMs: expected a number of milliseconds, got NaN"],
  [{ types: "struct event" }, 'types: expected an object, got "struct event"'],
])("openStream with %j is USAGE", async (options, message) => {
  expect(await errorOf(() => openStream({ id: 1 }, options as object))).toMatchObject({
    code: "USAGE",
    message: expect.stringContaining(message),
  });
});

describe("promMetrics", () => {
  test("twice for one registry counts into the same metrics", async () => {
    const registry = new Registry();
    for (const metrics of [promMetrics({ registry }), promMetrics({ registry })]) {
      const reader = await openMap({ file }, { metrics });
      await reader.toArray();
      reader.close();
    }
    const [{ values }] = [await (registry.getSingleMetric("ebpf_map_read_entries_total") as Counter).get()];
    expect(values).toEqual([{ labels: { map: "conns", mode: "snapshot" }, value: 6 }]);
  });

  test("a metric of that name and another kind is USAGE", async () => {
    const registry = new Registry();
    new Counter({ name: "ebpf_map_read_duration_seconds", help: "of somebody else", registers: [registry] });
    expect(await errorOf(() => promMetrics({ registry }))).toMatchObject({
      code: "USAGE",
      message:
        "count into ebpf_map_read_duration_seconds: the registry has a metric of this name that is of another kind",
    });
  });
});

describe("what JavaScript hands over to functions is checked, too", () => {
  test.each([
    ["stats", "since", (reader: Anything) => stats(reader, { since: [null] } as never)],
    ["save to a number", "target", (reader: Anything) => save(reader, 5 as never)],
    ["save to what is no stream", "target", (reader: Anything) => save(reader, {} as never)],
    ["a condition that is asynchronous", "where", ofCondition(async () => true)],
    ["a condition that gives a number", "where", ofCondition(() => 1)],
  ])("%s: %s", async (_, option, call) => {
    const reader = await openMap({ file });
    scratch.own(reader);
    expect(await errorOf(() => call(reader as never))).toMatchObject({ code: "USAGE", details: { option } });
  });
});

/** Counts the entries that a function of JavaScript keeps. */
function ofCondition(where: () => unknown): (reader: Anything) => Promise<number> {
  return (reader) =>
    (reader as unknown as Awaited<ReturnType<typeof openMap>>).count({ where: where as () => boolean });
}
