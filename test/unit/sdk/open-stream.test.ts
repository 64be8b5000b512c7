import { describe, expect, test } from "vitest";
import { type EventOptions, openStream, openTypedStream } from "../../../src/sdk/open-stream.ts";
import { createMap } from "../../helpers/bpf.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { errorOf } from "./sample-readers.ts";

const scratch = useScratch();

describe("what can't be a stream is refused before anything is opened", () => {
  test.each<readonly [unknown, object, string]>([
    [{ file: "x" }, {}, "read events: a snapshot file has no events"],
    [{ id: 1 }, { attach: true, pages: 3 }, "read events: pages: expected a power of two from 1 to 65536, got 3"],
    [{ id: 1 }, { from: "then" }, 'read events: from: expected "now" or "oldest", got "then"'],
    [{}, {}, "open a map: expected { id }"],
    [{ id: 1, map: "m" }, {}, "open a map: map names one in a file"],
    [{ id: 1 }, { type: "u32", types: { 1: "u32" } }, "type and types exclude each other"],
    [{ id: 1 }, { type: "u32", typeBy: "u32@0" }, "type and typeBy exclude each other"],
    [{ id: 1 }, { types: { 1: "u32" } }, "types needs typeBy"],
    [{ id: 1 }, { typeBy: "u32@0" }, "typeBy needs types"],
    [{ id: 1 }, { btf: "a.bpf.o" }, "btf needs type or types"],
    [{ id: 1 }, { type: "u32", btfBase: "vmlinux" }, "btfBase needs btf"],
    [{ id: 1 }, { pages: 8 }, "pages needs attach: true"],
    [{ id: 1 }, { attach: true, consume: true }, "attach and consume exclude each other"],
    [{ id: 1 }, { attach: true, from: "now" }, "attach and from exclude each other"],
  ])("%o %o", async (handle, options, message) => {
    const error = await errorOf(() => openStream(handle as never, options as never));
    expect(error).toMatchObject({ code: "USAGE", message: expect.stringContaining(message) });
  });
});

liveSuite("a ring buffer of the kernel", ["kernel"], () => {
  const ring = (): number =>
    scratch.own(createMap({ type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 4096, name: "os_ring" })).number;

  test("ends with its signal; nothing has come", async () => {
    using stream = openStream({ fd: ring() }, { signal: AbortSignal.timeout(50), from: "oldest" });
    const events: unknown[] = [];
    for await (const event of stream) events.push(event);
    expect([events, stream.stats.received]).toEqual([[], 0]);
  });

  test.each<readonly [EventOptions, string]>([
    [{ types: { one: "u32" }, typeBy: "u32@0" }, "'one' is no number of a type"],
    [{ type: "struct nothing_at_all" }, "nothing_at_all"],
  ])("%o is refused", async (options, message) => {
    const fd = ring();
    expect(await errorOf(() => openStream({ fd }, options))).toMatchObject({
      message: expect.stringContaining(message),
    });
  });

  test("generated code for the other kind of stream is told so", async () => {
    const typed = { perf: true, typeBy: undefined, types: [] };
    const fd = ring();
    expect(await errorOf(() => openTypedStream({ fd }, {}, typed))).toMatchObject({
      code: "SCHEMA_MISMATCH",
      details: { declared: "a perf event array", actual: "a ring buffer" },
    });
  });

  test("a hash map is no stream", async () => {
    const fd = scratch.own(
      createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 1, name: "os_hash" }),
    ).number;
    expect(await errorOf(() => openStream({ fd }))).toMatchObject({ code: "USAGE" });
  });
});
