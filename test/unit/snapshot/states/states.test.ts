import { execFileSync } from "node:child_process";
import { constants, openSync, readFileSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { SnapshotFile } from "../../../../src/snapshot/read/snapshot-file.ts";
import { EventLines } from "../../../../src/snapshot/states/event-lines.ts";
import { statesIn } from "../../../../src/snapshot/states/states.ts";
import { goldenPath } from "../../../golden/recorded.ts";
import { Scratch } from "../../../helpers/scratch.ts";

const RUNNING = new AbortController().signal;

async function textOf(file: SnapshotFile): Promise<string> {
  const bytes = Buffer.alloc(file.size);
  await file.read(bytes, 0);
  file.release();
  return bytes.toString("latin1");
}

/** The texts of the states of a stream that comes in pieces of so many bytes. */
async function statesOf(text: string, step: number): Promise<string[]> {
  const bytes = Buffer.from(text, "latin1");
  const pieces = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
    bytes.subarray(i * step, (i + 1) * step),
  );
  const states: string[] = [];
  for await (const file of statesIn(Readable.from(pieces), "-", RUNNING)) states.push(await textOf(file));
  return states;
}

const SECTION = readFileSync(goldenPath("types", "hash", "btf", "map.ndjson"), "latin1");
const DUMP = '[{"key":["0x01"],"value":["0x02"]}]\n';
const PRETTY = '[{\n        "key": ["0x01"\n        ],\n        "value": ["0x02"\n        ]\n    }\n]\n';
const SHOWN = '{"id":7,"type":"hash","name":"conns"}\n';

const event = (second: number, what: string, key: number, value: string): string =>
  `{"time":"2026-01-31T12:00:0${second}.000Z","event":"${what}","key":${key},"value":${value},"previous":1}\n`;

const STREAMS: readonly (readonly [what: string, text: string, states: readonly string[]])[] = [
  ["nothing", "", []],
  ["blank lines, for a name that no map has", "\n \n", []],
  ["sections", SECTION + SECTION, [SECTION, SECTION]],
  ["blank lines between sections", `${SECTION}\n${SECTION}`, [SECTION, SECTION]],
  ["a section that is cut", SECTION + SECTION.slice(0, -20), [SECTION, SECTION.slice(0, -20)]],
  ["dumps on a line each", `${DUMP}[]\n${DUMP}`, [DUMP, "[]\n", DUMP]],
  ["pretty dumps", `${PRETTY}[]\n${PRETTY}`, [PRETTY, "[]\n", PRETTY]],
  ["descriptions before dumps", `${SHOWN}${DUMP}${SHOWN}${PRETTY}`, [SHOWN + DUMP, SHOWN + PRETTY]],
  ["a dump without a last newline", DUMP + DUMP.trimEnd(), [DUMP, DUMP.trimEnd()]],
  ["line ends of Windows", `${DUMP.trimEnd()}\r\n${DUMP}`, [`${DUMP.trimEnd()}\r\n`, DUMP]],
  [
    "events",
    event(1, "added", 1, "18446744073709551615") + event(1, "added", 2, '{"a":"}"}') + event(2, "removed", 1, "7"),
    ['[{"key":1,"value":18446744073709551615},{"key":2,"value":{"a":"}"}}]', '[{"key":2,"value":{"a":"}"}}]'],
  ],
  [
    "events without keys",
    '{"time":"2026-01-31T12:00:01.000Z","event":"added","value":{"x":1}}\n{"time":"2026-01-31T12:00:02.000Z","event":"changed","value":{"x":2}}\n',
    ['[{"value":{"x":1}}]', '[{"value":{"x":2}}]'],
  ],
];

describe.each([1, 7, 64, 1_000_000])("in pieces of %i bytes", (step) => {
  test.for(STREAMS)("%s", async ([, text, states]) => {
    expect(await statesOf(text, step)).toEqual(states);
  });
});

test("events that came are a state while the stream waits for more", async () => {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(event(1, "added", 1, "5"));
    await promise;
    yield Buffer.from(event(2, "changed", 1, "6"));
  }
  const states = statesIn(stream(), "-", RUNNING);
  const first = await states.next();
  expect(first.done).toBe(false);
  if (first.done !== true) {
    expect(first.value.modified).toBe(Date.parse("2026-01-31T12:00:01.000Z"));
    expect(await textOf(first.value)).toBe('[{"key":1,"value":5}]');
  }
  resolve();
  const rest: string[] = [];
  for await (const file of states) rest.push(await textOf(file));
  expect(rest).toEqual(['[{"key":1,"value":6}]']);
});

test("events that came while the process stood still belong to the state before", async () => {
  using scratch = new Scratch();
  const pipe = join(scratch.folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  scratch.own({ [Symbol.dispose]: () => void socket.destroy() });
  const pieces = socket[Symbol.asyncIterator]();
  let asked = 0;
  const next = (): ReturnType<typeof pieces.next> => {
    asked++;
    if (asked === 2) queueMicrotask(standStill);
    return pieces.next();
  };
  const standStill = (): void => {
    writeSync(fd, event(1, "added", 2, "8"));
    for (const from = performance.now(); performance.now() - from < 200; );
  };
  writeSync(fd, event(1, "added", 1, "7"));
  const stop = new AbortController();
  const states = statesIn({ [Symbol.asyncIterator]: () => ({ next }) }, "-", stop.signal);
  const { value } = await states.next();
  expect(value && (await textOf(value))).toBe('[{"key":1,"value":7},{"key":2,"value":8}]');
  stop.abort();
  socket.destroy();
  expect((await states.next()).done).toBe(true);
});

test("a signal ends the wait for more", async () => {
  const stop = new AbortController();
  const stream = new Readable({ read() {} });
  stream.push(DUMP);
  const states = statesIn(stream, "-", stop.signal);
  expect((await states.next()).done).toBe(false);
  const waiting = states.next();
  stop.abort();
  expect((await waiting).done).toBe(true);
  expect(stream.destroyed).toBe(true);
});

test("a signal that came before ends it before anything is read", async () => {
  const stream = new Readable({ read() {} });
  stream.push(DUMP);
  expect((await statesIn(stream, "-", AbortSignal.abort()).next()).done).toBe(true);
  expect(stream.destroyed).toBe(true);
});

test.each([
  ["compressed", "\x1f\x8b\x08xxxx\n", "line 1: it is compressed (put zcat before this program)"],
  ["entries", `${DUMP}{"key":["0x01"],"value":["0x02"]}\n`, "line 2: it is an entry, and nothing tells where"],
  ["a text", "hello\n", "read the states in -: line 1: it is no state of a map (wanted: snapshots, JSON of"],
  ["another object", '{"a":1}\n', "it is no state of a map"],
  ["another array", "[1,2]\n", "it is no state of a map"],
  ["what follows a state", `${DUMP}Connection closed\n`, "line 2: it is no state of a map"],
  ["an unknown event", '{"time":"x","event":"y"}\n', "line 1: it is no event of watch"],
  [
    "events of some columns",
    event(1, "added", 1, "5").replace('"value"', '"value.x"'),
    "line 1: an event has no value",
  ],
])("%s are refused", async (_, text, message) => {
  await expect(statesOf(text, 5)).rejects.toThrow(message);
});

test("entries of events are bounded", () => {
  const lines = new EventLines(1000);
  for (let i = 0; i < 5; i++) lines.add(Buffer.from(event(i, "added", i, "5")));
  // What goes makes room again.
  for (let i = 0; i < 20; i++) {
    lines.add(Buffer.from(event(1, "removed", i, "5")));
    lines.add(Buffer.from(event(1, "added", i + 5, "5")));
  }
  expect(() => {
    for (let i = 0; i < 5; i++) lines.add(Buffer.from(event(2, "added", i, "5")));
  }).toThrow("the entries of its events need more than 1000 bytes");
});
