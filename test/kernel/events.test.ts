import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/args/commands.ts";
import { EVENT_FLAGS } from "../../src/cli/args/flags/events.ts";
import { LinuxStreamKernel } from "../../src/sys/events/linux.ts";
import { createMap } from "../helpers/bpf.ts";
import { bpftoolPath, type Run, runBpftool } from "../helpers/bpftools.ts";
import { compileObject } from "../helpers/objects.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Background, loadStreams, type Streams, startCommand, until } from "../helpers/streams.ts";
import { TerminalSession } from "../helpers/terminal-session.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const scratch = useScratch();
const NO_READER = 2;

function events(fixture: Streams, map: "ring" | "pipe", ...args: string[]): Promise<Run> {
  return runOurs(["events", "pinned", fixture.map(map), ...args]);
}

/** What is printed as JSON, one object a line. */
function objects({ stdout }: Run): unknown[] {
  const lines = stdout.toString().split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as unknown);
}

/** Waits until somebody reads the perf event array on a CPU; what is sent to find that out is lost or read. */
async function attached(fixture: Streams, cpu: number): Promise<void> {
  await until("a reader is there", async () => (await fixture.emit("emit_perf", 1, cpu)) === 0);
}

liveSuite("events", ["kernel", "bpftools", "clang", "libbpf"], () => {
  test("decoded by a type of the program that sends them", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 5);
    const run = await events(fixture, "ring", "--type", "struct event", "--from", "oldest", "--limit", "2");
    expect(run.status).toBe(0);
    expect(objects(run)).toMatchObject([
      { value: { seq: 0, pid: 1000, kind: 0, bytes: 0, comm: "worker-0" } },
      { value: { seq: 1, pid: 1001, kind: 1, bytes: 3, comm: "worker-1" } },
    ]);
    expect(run.stderr).toMatch(/^2 events \(96 bytes\) in \d+\.\d s; none lost\n$/);
  });

  test("what is pending is read, however short --for is and however long the start takes", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 5);
    for (const args of [[], ["--select", "value.seq"], ["--group-by", "value.comm", "--total"]]) {
      const run = await events(fixture, "ring", "--type", "event", "--from", "oldest", "--for", "1ms", ...args);
      expect(run.stderr).toMatch(/^5 events \(240 bytes\)/);
    }
  });

  test("dump shows what is pending, and leaves it there; in the bpftool dialect, what bpftool shows", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 3);
    const dump = (...args: string[]): Promise<Run> => runOurs([...args, "dump", "pinned", fixture.map("ring")]);
    for (let round = 0; round < 2; round++) {
      const run = await dump("-o", "ndjson", "--type", "event");
      expect(objects(run)).toMatchObject([0, 1, 2].map((seq) => ({ value: { seq } })));
      expect({ stderr: run.stderr, status: run.status }).toEqual({ stderr: "", status: 0 });
    }
    expect(objects(await dump("--select", "value.seq", "--type", "event", "--limit", "1"))).toEqual([
      { "value.seq": 0 },
    ]);
    const ours = await dump("-j");
    const theirs = await runBpftool("7.8", ["-j", "map", "dump", "pinned", fixture.map("ring")]);
    expect(ours.stdout.toString()).toBe(theirs.stdout.toString());
    expect(ours.status).toBe(theirs.status);
  });

  test("types are suggested by the length of events, and how one looks", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 3);
    const bytes = await events(fixture, "ring", "--from", "oldest", "--limit", "2");
    const note = 'Note: 48 bytes: \'struct event\' fits; --type \'struct event\' shows {"value":{"seq":0,"ns":';
    expect(bytes.stderr.split("\n")[0]).toContain(note);
    expect(bytes.stderr.split("Note: ")).toHaveLength(2);
    for (const format of ["ndjson", "csv"]) {
      const wrong = ["--type", "struct open_event", "-o", format];
      const other = await events(fixture, "ring", "--from", "oldest", "--limit", "2", ...wrong);
      expect(other.stderr).toContain(note);
    }
    const right = await events(fixture, "ring", "--from", "oldest", "--limit", "2", "--type", "struct event");
    expect(right.stderr).not.toContain("Note:");
  });

  test("of one type are a table on a terminal, whose rows are seen as they come", async () => {
    const fixture = await loadStreams(scratch);
    const terminal = await TerminalSession.open(scratch, { width: 90, height: 20 });
    terminal.start(`events pinned ${fixture.map("ring")} --type 'struct event' --count 3 --from oldest`);
    await fixture.emit("emit", 1);
    expect(await terminal.screen("worker-0")).toMatch(/^seq +ns +pid +kind +bytes +comm$/m);
    await fixture.emit("emit", 2);
    const shown = await terminal.screen("status 0");
    expect(shown.match(/worker-\d/g)).toEqual(["worker-0", "worker-1", "worker-2"]);
    expect(shown).toContain("3 events (144 bytes)");
  });

  test("as a JSON array", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 5);
    const run = await events(fixture, "ring", "--type", "event", "--from", "oldest", "--limit", "3", "-o", "json");
    expect(JSON.parse(run.stdout.toString())).toMatchObject([0, 1, 2].map((seq) => ({ value: { seq } })));
    const none = await events(fixture, "ring", "--type", "event", "--for", "50ms", "-j");
    expect(none.stdout.toString()).toBe("[]\n");
  });

  test("of several types, and of lengths that don't fit them", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit_kinds", 1);
    const types = ["--type-by", "u32@0", "--types", "1=struct open_event,2=struct exec_event"];
    const run = await events(fixture, "ring", ...types, "--from", "oldest", "--limit", "5");
    expect(objects(run)).toEqual([
      { type: "struct open_event", value: { kind: 1, path: "/etc/hosts" } },
      { type: "struct exec_event", value: { kind: 2, pid: 4711 } },
      { type: "struct exec_event", size: 5, type_size: 8, value: { kind: 2, pid: null } },
      { type: "struct open_event", size: 24, type_size: 16, value: { kind: 1, path: "/etc/hosts" } },
      { type: null, size: 8, bytes: "0300000000000000" },
    ]);
  });

  test("what is there of events that are shorter than their type, and arrays without a length", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit_cut", 1);
    const cut = await events(fixture, "ring", "--type", "struct command", "--from", "oldest", "--limit", "7");
    const [time, pid, argc] = [7, 4711, 2];
    expect(objects(cut)).toEqual([
      { value: { time, pid: null, argc: null, args: null }, size: 10, type_size: 96 },
      { value: { time, pid, argc: null, args: null }, size: 12, type_size: 96 },
      { value: { time, pid, argc, args: "" }, size: 16, type_size: 96 },
      { value: { time, pid, argc, args: "ls" }, size: 18, type_size: 96 },
      { value: { time, pid, argc, args: "ls -l" }, size: 93, type_size: 96 },
      { value: { time, pid, argc, args: "ls -l" } },
      { value: { time, pid, argc, args: "ls -l" }, size: 104, type_size: 96 },
    ]);
    await fixture.emit("emit_messages", 1);
    const dump = (...args: string[]): Promise<Run> =>
      runOurs(["dump", "pinned", fixture.map("ring"), "--type", "struct message", ...args]);
    const open = await dump("--where", "value.kind > 0", "--select", "value.kind,value.data", "-o", "ndjson");
    expect(objects(open).slice(-3)).toEqual([
      { "value.kind": 1, "value.data": "" },
      { "value.kind": 1, "value.data": "hello, world" },
      { "value.kind": 2, "value.data": "hello" },
    ]);
    expect(open.stderr).toContain("Note: 1 event shorter than 'struct message' (1 left out: they lack a field");
    const found = await dump("--where", "value.data == 'hello'", "-o", "csv");
    expect(found.stdout.toString()).toBe("value.kind,value.len,value.data\r\n2,5,hello\r\n");
  });

  test("queries of short events: null for what is missing, no row where a condition needs it", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit_cut", 1);
    const query = (...args: string[]): Promise<Run> =>
      runOurs(["dump", "pinned", fixture.map("ring"), "--type", "struct command", ...args]);
    const selected = await query("--select", "value.pid,value.args", "-o", "csv");
    expect(selected.stdout.toString()).toBe(
      ["value.pid,value.args", ",", "4711,", "4711,", "4711,ls", "4711,ls -l", "4711,ls -l", "4711,ls -l", ""].join(
        "\r\n",
      ),
    );
    expect(selected.stderr).toContain("Note: 5 events shorter than 'struct command' (what they lack is null)\n");
    const where = await query("--where", "value.argc == 2", "--sort", "value.args:desc", "--select", "value");
    expect(objects(where).map((row) => Object.values(row as object)[0].args)).toEqual([
      "ls -l",
      "ls -l",
      "ls -l",
      "ls",
      "",
    ]);
    expect(where.stderr).toContain("Note: 5 events shorter than 'struct command' (2 left out: they lack a field");
    const groups = await query("--group-by", "value.pid", "--agg", "count()", "-o", "ndjson");
    expect(objects(groups)).toMatchObject([{ groups: [{ "value.pid": 4711, "count()": 6 }] }]);
  });

  test("short events of a perf event array, which are padded", async () => {
    const fixture = await loadStreams(scratch);
    const args = ["--attach", "--type", "struct command", "--limit", "4"];
    const command = startCommand(scratch, ["events", "pinned", fixture.map("pipe"), ...args]);
    await until("a reader is there", async () => (await fixture.emit("emit_perf_cut", 1, 0)) === 0);
    const shown = objects(await command.ended) as { value: object; size?: number; type_size?: number }[];
    const whole = { time: 7, pid: 4711, argc: 2, args: "ls -l" };
    expect(shown[0]).toMatchObject({ value: { time: 7, pid: 4711, argc: null, args: null }, size: 12, type_size: 96 });
    expect(shown[1]).toMatchObject({ value: { ...whole, args: "ls -" }, size: 20, type_size: 96 });
    expect(shown[2]).toMatchObject({ value: whole });
    expect(shown[2]).not.toHaveProperty("size");
    expect(shown[3]).toMatchObject({ value: whole, size: 108, type_size: 96 });
  });

  test("as bytes, with nothing that a terminal would obey", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit_kinds", 1);
    const run = await events(fixture, "ring", "--from", "oldest", "--limit", "4");
    expect(run.stdout.toString().split("\n").slice(-4)).toEqual([
      "#4 24 bytes",
      "0000  01 00 00 00 2f 65 74 63  2f 68 6f 73 74 73 00 00  |..../etc/hosts..|",
      '0010  22 5c 1b ff 00 00 00 00                           |"\\......|',
      "",
    ]);
  });

  test("a rate limit counts what it doesn't print", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 500);
    const args = ["--from", "oldest", "--rate-limit", "10", "--for", "300ms", "--type", "event"];
    const run = await events(fixture, "ring", ...args);
    expect(objects(run).length).toBeLessThanOrEqual(20);
    expect(run.stderr).toMatch(/^500 events \(24000 bytes\) in .* s, (10|20) printed; none lost\n$/);
  });

  test("a query: conditions, fields, order, and groups as windows or as a total", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 100);
    const query = (...args: string[]): Promise<Run> =>
      events(fixture, "ring", "--type", "event", "--from", "oldest", "--for", "300ms", ...args);
    const rows = await query("--where", "value.bytes > 240u && value.kind == 1", "--select", "value.seq,value.comm");
    expect(objects(rows)).toEqual(
      [81, 85, 89, 93, 97].map((seq) => ({ "value.seq": seq, "value.comm": `worker-${seq % 8}` })),
    );
    const groups = [
      { "value.comm": "worker-0", "count()": 13, "max(value.seq)": 96 },
      { "value.comm": "worker-1", "count()": 13, "max(value.seq)": 97 },
    ];
    const by = ["--group-by", "value.comm", "--agg", "count(),max(value.seq)", "--limit", "2"];
    const total = await query(...by, "--total");
    expect(objects(total)).toEqual([
      { from: expect.any(String), to: expect.any(String), events: 100, evicted: 0, groups },
    ]);
    // Of several --for the last counts; a machine that stands still for all but the first window has no others.
    const windows = await query(...by, "--window", "100ms", "--for", "1s", "-o", "json");
    const [first, ...others] = JSON.parse(windows.stdout.toString()) as object[];
    expect(first).toMatchObject({ events: 100, groups });
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect(other).toMatchObject({ events: 0, groups: [] });
    const table = await query(...by, "--sort", "max(value.seq):desc", "--top", "1", "--total", "-o", "table");
    expect(table.stdout.toString()).toMatch(
      /^100 events in \d+\.\d s\ncomm +count\(\) +max\(value\.seq\)\nworker-3 +13 +99\n\n$/,
    );
    expect((await events(fixture, "ring", "-o", "xml")).stderr).toMatch(/--output takes table, csv, .* got 'xml'/);
    expect((await query("--where", "value.nothing == 1")).stderr).toMatch(/no field `nothing` in `struct event`/);
    expect((await events(fixture, "ring", "--where", "value.seq == 1u")).stderr).toMatch(/--where needs --type/);
  });

  test("groups past the limit make room, and are counted wherever groups are shown", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 100);
    const query = (...args: string[]): Promise<Run> =>
      events(fixture, "ring", "--type", "event", "--from", "oldest", "--group-by", "value.comm", ...args);
    const few = ["--max-groups", "4", "--count", "100"];
    const json = await query(...few, "--total");
    // One of eight comes after the other: whoever comes again was evicted meanwhile.
    const groups = [0, 1, 2, 3].map((n) => ({ "value.comm": `worker-${n}`, "count()": 1 }));
    expect(objects(json)).toMatchObject([{ events: 100, evicted: 96, groups }]);
    expect(json.stderr).toMatch(
      /^100 events .*, 4 printed; none lost; 96 groups evicted \(--max-groups keeps more\)\n$/,
    );
    const table = await query(...few, "--window", "10s", "-o", "table");
    expect(table.stdout.toString()).toMatch(/^100 events in \d+\.\d s, 96 groups evicted\ncomm /);
    const dump = ["dump", "pinned", fixture.map("ring"), "--type", "event", "--group-by", "value.comm", "-o", "ndjson"];
    const refused = await runOurs([...dump, "--max-groups", "4"]);
    expect(refused.stderr).toMatch(/--group-by: more than 4 groups \(--max-groups raises the limit\)\n$/);
    expect(objects(await runOurs(dump))).toMatchObject([{ events: 100, evicted: 0, groups: { length: 8 } }]);
  });

  test("--count ends the stream: after so many rows, or events of groups", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 100);
    const counted = async (...args: string[]): Promise<unknown[]> =>
      objects(await events(fixture, "ring", "--type", "event", "--from", "oldest", ...args));
    expect(await counted("--count", "3")).toMatchObject([0, 1, 2].map((seq) => ({ value: { seq } })));
    expect(await counted("--count", "2", "--where", "value.kind == 1", "--select", "value.seq")).toEqual([
      { "value.seq": 1 },
      { "value.seq": 5 },
    ]);
    const total = ["--group-by", "value.comm", "--total", "--count", "10", "--limit", "1"];
    expect(await counted(...total)).toMatchObject([{ events: 10, groups: [{ "count()": 2 }] }]);
    const dump = (...args: string[]): Promise<Run> =>
      runOurs(["dump", "pinned", fixture.map("ring"), "--count-only", ...args]);
    expect((await dump("-o", "ndjson")).stdout.toString()).toBe('{"count":100}\n');
    const some = await dump("-o", "table", "--type", "event", "--where", "value.seq < 7u");
    expect(some.stdout.toString()).toBe("7\n");
  });

  test("a query that consumes takes what it read up to its last row, and no more", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 30);
    const consumed = async (...args: string[]): Promise<unknown[]> =>
      objects(await events(fixture, "ring", "--type", "event", "--consume", "--select", "value.seq", ...args));
    const seqs = (...numbers: number[]): object[] => numbers.map((seq) => ({ "value.seq": seq }));
    expect(await consumed("--where", "value.kind == 1u", "--limit", "2")).toEqual(seqs(1, 5));
    expect(await consumed("--limit", "1")).toEqual(seqs(6));
    expect(await consumed("--sort", "value.seq:desc", "--top", "2", "--for", "200ms")).toEqual(seqs(29, 28));
    expect(await consumed("--for", "100ms")).toEqual([]);
  });

  test("types declared in C, alone or with those of the program", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 1);
    const typed = async (...args: string[]): Promise<unknown[]> =>
      objects(await events(fixture, "ring", "--from", "oldest", "--limit", "1", ...args));
    const declared = "struct { u64 seq, ns; u32 pid; u32 kind; u64 bytes; char comm[16]; }";
    expect(await typed("--type", declared)).toMatchObject([{ value: { seq: 0, pid: 1000, comm: "worker-0" } }]);
    expect(await typed("--type", "struct { u64 seq; struct exec_event inner[5]; }")).toMatchObject([
      { value: { seq: 0, inner: { 1: { kind: 1000 } } } },
    ]);
    expect(await typed("--type", "u64[6]", "--select", "value[0]")).toEqual([{ "value[0]": 0 }]);
    const cases = ["--type-by", "u32@16", "--types", `7=struct event,1000=${declared}`];
    expect(await typed(...cases)).toMatchObject([{ type: declared, value: { comm: "worker-0" } }]);
    const wrong = await events(fixture, "ring", "--type", "struct { u32 a b; }");
    expect(wrong.stderr).toMatch(/read type 'struct \{ u32 a b; \}': column 16: /);
  });

  const examples = [
    ...COMMANDS.flatMap((command) => command.examples.map(([line]) => line)),
    ...Object.values(EVENT_FLAGS).flatMap((flag) => flag.example?.[0] ?? []),
  ].filter((line) => line.startsWith("ebpf-map events "));
  test.each([...new Set(examples)])("%s", async (line) => {
    const fixture = await loadStreams(scratch);
    const object = await compileObject(scratch, "streams");
    const words = (line.match(/'[^']*'|[^ ]+/g) ?? []).slice(2).map((word) => word.replaceAll("'", ""));
    const [, name, ...options] = words.map((word) => (word === "prog.bpf.o" ? object : word));
    // Of several --for the last counts.
    const run = await events(fixture, name === "pipe" ? "pipe" : "ring", ...options, "--for", "100ms");
    // Nothing sends any: fewer than --count asks for.
    const isShort = options.includes("--count");
    expect(run.status).toBe(isShort ? 5 : 0);
    const last = isShort ? "none lost\n.*--count.*\n$" : "none lost\n$";
    expect(run.stderr).toMatch(new RegExp(`\\d+ events \\(\\d+ bytes\\) in .* s.*; ${last}`));
  });

  test("what isn't a stream, or isn't asked for rightly, is told", async () => {
    const fixture = await loadStreams(scratch);
    const refused = async (...args: string[]): Promise<string> => {
      const { status, stderr } = await runOurs(["events", ...args]);
      expect(status).toBe(255);
      return stderr;
    };
    const ring = ["pinned", fixture.map("ring")];
    using hash = createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 1 });
    const pin = scratch.pin(hash, "hash");
    expect(await refused("pinned", pin)).toMatch(/no stream of events: hash maps are read with dump\n$/);
    expect(await refused("pinned", fixture.map("pipe"))).toMatch(/this needs --attach, since it writes perf events/);
    expect(await refused(...ring, "--attach")).toMatch(/--attach is for perf event arrays/);
    expect(await refused(...ring, "--pages", "8")).toMatch(/--pages is for perf event arrays/);
    expect(await refused("pinned", fixture.map("pipe"), "--attach", "--consume")).toMatch(
      /--consume is for ring buffers/,
    );
    expect(await refused(...ring, "--type", "struct nothing")).toMatch(/there is no type 'struct nothing' in the BTF/);
    expect(await refused(...ring, "--type", "struct")).toMatch(/'struct' is no name of a type/);
    expect(await refused(...ring, "--types", "1=struct event")).toMatch(/--types needs --type-by/);
    expect(await refused(...ring, "--btf", "/nonexistent", "--type", "x")).toMatch(/read BTF from \/nonexistent/);
    expect(await refused(...ring, "--for", "soon")).toMatch(/--for takes a time from 1ms to 596h/);
    expect(await refused("file", "x")).toMatch(/no such file|a snapshot has no events/);
  });

  test("SIGINT ends with a line on stderr and status 0", async () => {
    const fixture = await loadStreams(scratch);
    const command = startCommand(scratch, ["events", "pinned", fixture.map("ring"), "--type", "event"]);
    await until("an event is printed", async () => {
      await fixture.emit("emit", 1);
      return command.stdout.includes("worker");
    });
    const { status, stderr } = await command.end("SIGINT");
    expect(status).toBe(0);
    expect(stderr).toMatch(/^\d+ events? \(\d+ bytes\) in \d+\.\d s; none lost\n$/);
  });

  test("a consumer that is killed has not taken what it didn't print; the next begins there", async () => {
    const fixture = await loadStreams(scratch);
    const args = ["events", "pinned", fixture.map("ring"), "--consume", "--type", "event"];
    const first = startCommand(scratch, args);
    await fixture.emit("emit", 100);
    await until("all are printed", () => first.stdout.split("\n").length === 101);
    await first.end("SIGKILL");
    await fixture.emit("emit", 100);
    const second = await events(fixture, "ring", "--consume", "--type", "event", "--limit", "100", "--for", "10s");
    expect(second.stderr).toMatch(/^Note: events are removed from map id \d+ \(ring\) \(--consume\)\n/);
    const numbers = objects(second).map((event) => (event as { value: { seq: number } }).value.seq);
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => (numbers[0] ?? 0) + i));
    expect(numbers[0]).toBeLessThanOrEqual(100);
  });

  test("of two consumers one ends and says why", async () => {
    const fixture = await loadStreams(scratch);
    const args = ["events", "pinned", fixture.map("ring"), "--consume", "--type", "event"];
    const both = [startCommand(scratch, args), startCommand(scratch, args)];
    const ended = Promise.race(both.map((one) => one.ended));
    let first: Run | undefined;
    ended.then((run) => {
      first = run;
    });
    await until("one has ended", async () => {
      await fixture.emit("emit", 1);
      return first !== undefined;
    });
    expect(first?.status).toBe(255);
    expect(first?.stderr).toContain("Error: consume a ring buffer: another consumer takes events, too");
  });

  test("a perf event array: killed, the reader leaves no slot behind, and a second one starts", async () => {
    const fixture = await loadStreams(scratch);
    const [cpu = 0] = new LinuxStreamKernel().onlineCpus();
    const first = startCommand(scratch, ["events", "pinned", fixture.map("pipe"), "--attach"]);
    await attached(fixture, cpu);
    await first.end("SIGKILL");
    expect(await fixture.emit("emit_perf", 1, cpu)).toBe(NO_READER);
    const running = events(fixture, "pipe", "--attach", "--type", "struct event", "--limit", "3", "--for", "10s");
    await attached(fixture, cpu);
    await fixture.emit("emit_perf", 3, cpu);
    const second = await running;
    expect(second.stderr).toMatch(
      /^Note: this program takes the slots of map id \d+ \(pipe\) until it ends: no other reader gets events \(--attach\)\n\d+ events /,
    );
    expect(objects(second)).toMatchObject(Array(3).fill({ key: { cpu }, value: { kind: expect.any(Number) } }));
    expect(await fixture.emit("emit_perf", 1, cpu)).toBe(NO_READER);
  });
});

liveSuite("event_pipe", ["kernel", "bpftools", "clang", "libbpf"], () => {
  /** Runs a reader while three times two events are sent, and ends it as Ctrl-C does. */
  async function piped(fixture: Streams, start: () => Background, cpu: number): Promise<Run> {
    const reader = scratch.own(start());
    await until("it reads", async () => (await fixture.emit("emit_perf_fixed", 1, cpu)) === 0);
    await fixture.emit("emit_perf_fixed", 3, cpu);
    await reader.idle();
    return reader.end("SIGINT");
  }

  /** Without what differs from run to run: times. */
  function timeless({ stdout, stderr, status }: Run): object {
    const text = stdout.toString("latin1").replaceAll(/@\d+\.\d{9}/g, "@T");
    return { text: text.replaceAll(/("timestamp": ?)\d+/g, "$1T"), stderr, status };
  }

  const cpus = new LinuxStreamKernel().onlineCpus();
  const last = cpus.at(-1) ?? 0;
  test.each([
    ["plain", [], []],
    ["JSON", ["-j"], []],
    ["pretty JSON", ["-p"], []],
    ["one CPU and slot", [], ["cpu", String(last), "index", String(last)]],
    ["one CPU and slot, as JSON", ["-j"], ["i", String(last), "c", String(last)]],
  ])("prints what bpftool prints: %s", async (_, flags, words) => {
    const fixture = await loadStreams(scratch);
    const args = [...flags, "map", "event_pipe", "pinned", fixture.map("pipe"), ...words];
    const theirs = await piped(fixture, () => new Background(bpftoolPath("7.8"), args), last);
    const ours = await piped(fixture, () => startCommand(scratch, [...args, "--attach"]), last);
    expect(timeless(ours)).toEqual(timeless(theirs));
    expect(ours.stdout.toString()).toMatch(/61|97/);
  });

  test.each([
    [["cpu", "0"], "cpu and index must be specified together"],
    [["cpu", "zero", "index", "0"], "can't parse zero as CPU ID"],
    [["cpu", "0", "index", "0x"], "can't parse 0x as index"],
    [["where", "0"], "what is 'where'?"],
    [["cpu"], "what is 'cpu'?"],
  ])("fails as bpftool does: %s", async (words, error) => {
    const fixture = await loadStreams(scratch);
    const args = ["-j", "map", "event_pipe", "pinned", fixture.map("pipe"), ...words];
    const theirs = await scratch.own(new Background(bpftoolPath("7.8"), args)).ended;
    const ours = await runOurs([...args, "--attach"]);
    expect(ours.stdout.toString()).toBe(`${JSON.stringify({ error })}\n`);
    expect(ours.stdout.toString()).toBe(theirs.stdout.toString());
    expect(ours.status).toBe(theirs.status);
  });

  test("another map, and a map without --attach", async () => {
    const fixture = await loadStreams(scratch);
    const other = await runOurs(["-j", "event_pipe", "pinned", fixture.map("ring"), "--attach"]);
    expect(other.stdout.toString()).toBe('{"error":"map is not a perf event array"}\n');
    const unasked = await runOurs(["event_pipe", "pinned", fixture.map("pipe")]);
    expect(unasked.stderr).toMatch(/this needs --attach/);
    expect(unasked.status).toBe(255);
  });
});
