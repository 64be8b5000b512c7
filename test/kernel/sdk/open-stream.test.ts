import { expect, test } from "vitest";
import { type EventOptions, type EventStream, openMap, openStream, type StreamEvent } from "../../../src/index.ts";
import { connectionMap } from "../../helpers/connections.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { loadStreams } from "../../helpers/streams.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

interface FixtureEvent {
  readonly seq: bigint;
  readonly pid: number;
  readonly comm: string;
}

async function take<T>(stream: EventStream<T>, count: number): Promise<StreamEvent<T>[]> {
  const events: StreamEvent<T>[] = [];
  for await (const event of stream) if (events.push(event) === count) break;
  return events;
}

liveSuite("openStream", ["kernel", "bpftools", "clang", "libbpf"], () => {
  const scratch = useScratch();

  test("decodes the events of a ring buffer by the types of its program, and takes none of them", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 20);
    for (const handle of [{ pinned: fixture.map("ring") }, { id: fixture.mapId("ring") }]) {
      using stream = openStream<FixtureEvent>(handle, { type: "struct event", from: "oldest" });
      const events = await take(stream, 20);
      expect(events.map(({ value }) => value?.seq)).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i)));
      expect(events[3]).toMatchObject({ value: { pid: 1003, comm: "worker-3" }, fit: "exact", type: "struct event" });
      expect(stream.stats).toMatchObject({ received: 20, bytes: 20 * 48, lost: 0, overrun: 0 });
    }
  });

  test("takes declarations in C, several types, and the decode options", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 4);
    const pinned = fixture.map("ring");
    const declared = "struct { u64 seq; u64 ns; u32 pid; u32 kind; u64 bytes; char comm[16]; }";
    using plain = openStream<{ seq: string }>({ pinned }, { type: declared, from: "oldest", int64: "string" });
    expect((await take(plain, 2))[1]?.value?.seq).toBe("1");
    const types = { 0: "struct event", 1: "struct { u8 bytes[48]; }" };
    using mixed = openStream({ pinned }, { types, typeBy: "u32@20", from: "oldest" });
    expect((await take(mixed, 4)).map(({ type }) => type)).toEqual([types[0], types[1], undefined, undefined]);
  });

  test("what there is of short events, and null for the rest", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit_cut", 1);
    const pinned = fixture.map("ring");
    using stream = openStream<{ time: bigint; pid: number; args: string }>(
      { pinned },
      { type: "struct command", from: "oldest" },
    );
    const [inPid, , , inArgs, inPadding, whole, long] = await take(stream, 7);
    expect(inPid).toMatchObject({ fit: "short", value: { time: 7n, pid: null, argc: null, args: null } });
    expect(inArgs).toMatchObject({ fit: "short", value: { time: 7n, pid: 4711, argc: 2, args: "ls" } });
    expect(inPadding).toMatchObject({ fit: "short", value: { args: "ls -l" } });
    expect([whole?.fit, long?.fit]).toEqual(["exact", "long"]);
    await fixture.emit("emit_messages", 1);
    using messages = openStream({ pinned }, { type: "struct message", from: "oldest", chars: "bytes" });
    const [last] = (await take(messages, 11)).slice(-1);
    expect(last).toMatchObject({ fit: "long", value: { kind: 2, len: 5, data: new Uint8Array(Buffer.from("hello")) } });
  });

  test("consumes only when it is told to, and what was handled", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 10);
    const pinned = fixture.map("ring");
    const signal = AbortSignal.timeout(300);
    const seen: StreamEvent[] = [];
    for await (const event of openStream({ pinned }, { consume: true, signal })) seen.push(event);
    expect(seen.length).toBe(10);
    expect(seen[0]).toMatchObject({ value: undefined, type: undefined, bytes: expect.any(Uint8Array) });
    using after = openStream({ pinned }, { from: "oldest", signal: AbortSignal.timeout(100) });
    expect(await take(after, 1)).toEqual([]);
  });

  test("attaches to a perf event array when it is told to, and leaves its slots empty", async () => {
    const fixture = await loadStreams(scratch);
    const pinned = fixture.map("pipe");
    expect(() => openStream({ pinned })).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringContaining("this needs attach: true") }),
    );
    using stream = openStream<FixtureEvent>({ pinned }, { type: "struct event", attach: true });
    await fixture.emit("emit_perf", 5);
    const events = await take(stream, 5);
    expect(events.map(({ value, fit }) => [value?.pid, fit])).toEqual([0, 1, 2, 3, 4].map((i) => [1000 + i, "exact"]));
    expect(events[0]).toMatchObject({ cpu: expect.any(Number), timeNs: expect.any(BigInt) });
    stream.close();
    await expect(take(stream, 1)).resolves.toEqual([]);
  });

  test.each<[options: EventOptions, code: string, message: string]>([
    [{ type: "struct nothing" }, "TYPE_INVALID", "there is no type 'struct nothing' in the BTF of the programs"],
    [{ type: "struct {" }, "TYPE_INVALID", "column"],
    [{ types: { one: "u32" }, typeBy: "u32@0" }, "USAGE", "'one' is no number of a type"],
    [{ attach: true }, "USAGE", "attach: true is for perf event arrays"],
  ])("refuses %j", async (options, code, message) => {
    const fixture = await loadStreams(scratch);
    expect(() => openStream({ pinned: fixture.map("ring") }, options)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test("refuses a map that is no stream; a closed stream can't be read", async () => {
    const map = scratch.own(connectionMap(1));
    expect(() => openStream({ fd: map.number })).toThrow("hash maps are read with openMap");
    using reader = openMap({ fd: map.number });
    expect(reader.countSync()).toBe(1);
    const fixture = await loadStreams(scratch);
    const stream = openStream({ pinned: fixture.map("ring") });
    stream.close();
    await expect(take(stream, 1)).rejects.toMatchObject({ code: "CLOSED" });
  });
});
