import type { openMachine } from "../../src/codec/text/machine.ts";
import { bitsOperand } from "../../src/codec/text/operations.ts";
import * as Op from "../../src/codec/text/ops.ts";
import { OutputBuffer } from "../../src/codec/text/output-buffer.ts";
import { ProgramWriter, type ReadLocation, type Routine } from "../../src/codec/text/program.ts";
import { ShownText } from "../../src/codec/text/shown-text.ts";
import { TextEngine } from "../../src/codec/text/text-engine.ts";
import { Random } from "./random.ts";
import { randomValue } from "./random-values.ts";

/** A program that uses an operation, and values for it: what numbers and texts of real maps seldom reach. */
export interface Check {
  readonly name: string;
  readonly emit: (code: Routine, writer: ProgramWriter) => void;
  readonly size: number;
  readonly values: Uint8Array;
}

/** The outcome of a check on a machine. */
export interface Outcome {
  readonly text: string;
  readonly notes: readonly number[];
  readonly replaced: number;
}

/** The codes by name. */
const CODES: Readonly<Record<keyof typeof Op, number>> = Op;
const ROOM = 24;
const value: ReadLocation = { slot: 1, offset: 0, end: ROOM };
const random = new Random(20);

/** Runs a check with an output of so many bytes: as a batch, and as rows with CPUs and indexes. */
export function outcome({ emit, size, values }: Check, open: typeof openMachine, capacity: number): Outcome {
  const writer = new ProgramWriter();
  const code = writer.routine();
  emit(code, writer);
  code.literal("\n");
  code.op(Op.END);
  const program = writer.link();
  const parts: Buffer[] = [];
  const shown = new ShownText();
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)), { capacity, shown });
  const engine = new TextEngine(out, open);
  const count = values.length / size;
  const sizes = { keySize: 0, valueStride: size };
  const batch = { keys: new Uint8Array(0), values, count };
  engine.entries(program, batch, sizes, 0, count, { listed: false, first: true });
  const place = (row: number, to: { value: number; cpu: number; index: number }): void => {
    to.value = row * size;
    to.cpu = row % 3;
    to.index = (row % 3) + (row % 4);
  };
  const cpus = Int32Array.from({ length: 8 }, (_, i) => (i * 5) % 7);
  engine.rows(program, batch, sizes, { count, valueSize: size, place, cpus }, { listed: true, first: true });
  const notes = engine.notes(program);
  out.flush();
  return { text: Buffer.concat(parts).toString("latin1"), notes: [...notes].sort(), replaced: shown.replaced };
}

function numbers(): Uint8Array {
  const edges = new Set<bigint>();
  const powers = [
    ...Array.from({ length: 20 }, (_, i) => 10n ** BigInt(i)),
    ...Array.from({ length: 64 }, (_, i) => 1n << BigInt(i)),
  ];
  for (const power of powers)
    for (const by of [1n, 2n, 9n]) for (const more of [-1n, 0n, 1n]) edges.add(by * power + more);
  const list = [...edges];
  const bytes = Buffer.alloc(ROOM * list.length);
  for (const [i, edge] of list.entries()) {
    bytes.writeBigUInt64LE(BigInt.asUintN(64, edge), ROOM * i);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, list[(i * 7) % list.length] ?? 0n), ROOM * i + 8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, ~edge), ROOM * i + 16);
  }
  return bytes;
}

/** All beginnings of UTF-8 sequences, right and wrong, at the end of a text and inside one. */
function sequences(): Uint8Array {
  const all: number[] = [];
  const add = (...bytes: number[]): void =>
    void all.push(0x41, ...bytes, ...new Array(ROOM - 1 - bytes.length).fill(0x42));
  for (let first = 0; first < 0x100; first++) {
    add(first, 0);
    for (const second of [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]) {
      add(first, second);
      if (first >= 0xe0)
        for (const third of [0x7f, 0x80, 0x8e, 0x8f, 0xa5, 0xa6, 0xa8, 0xa9, 0xaa, 0xae, 0xaf, 0xbf, 0xc0]) {
          add(first, second, third);
          if (first >= 0xf0) for (const fourth of [0x7f, 0x80, 0xbf, 0xc0]) add(first, second, third, fourth);
        }
    }
  }
  for (const [x, y] of [
    [0xc2, 0x9f],
    [0xc2, 0xa0],
    [0xd8, 0x9c],
    [0xd8, 0x9d],
  ])
    add(x as number, y as number);
  for (const last of [0x8d, 0x8e, 0x8f, 0x90, 0xa7, 0xa8, 0xae, 0xaf]) add(0xe2, 0x80, last);
  for (const last of [0xa5, 0xa6, 0xa9, 0xaa]) add(0xe2, 0x81, last);
  return Uint8Array.from(all);
}

function floats(): Uint8Array {
  const list = [
    0,
    -0,
    1,
    -1,
    0.1,
    -2.5,
    1e21,
    1e22,
    2 ** 53,
    -(2 ** 53),
    2 ** 53 - 1,
    2 ** 60,
    Number.NaN,
    Infinity,
    -Infinity,
    5e-324,
    1e300,
    123456.75,
  ];
  const bytes = Buffer.alloc(ROOM * list.length * 2);
  for (const [i, one] of list.entries()) {
    bytes.writeDoubleLE(one, ROOM * i);
    bytes.writeFloatLE(one, ROOM * (i + list.length));
  }
  return bytes;
}

function values(count: number, size: number): Uint8Array {
  const bytes = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) bytes.set(randomValue(random, size), i * size);
  return bytes;
}

/** Bytes that one format or another does not write as they are, and their neighbours. */
const SPECIAL = [0x1f, 0x20, 0x22, 0x5c, 0x7e, 0x7f, 0xe9, 0x09, 0x2c, 0x0a, 0x0d];

/** Lengths 1 to `most` of texts that are all but one printable. */
function texts(most: number): Uint8Array {
  const bytes = Buffer.alloc((most + 1) * most * 2, 0x61);
  for (let length = 0; length <= most; length++) {
    bytes.fill(0, length * most + length, (length + 1) * most);
    const second = (most + 1 + length) * most;
    bytes[second + Math.floor(length / 2)] = SPECIAL[length % SPECIAL.length] ?? 0;
    if (length < most) bytes[second + length] = 0;
  }
  return bytes;
}

const scalar = (name: keyof typeof Op, data: Uint8Array): Check => ({
  name,
  size: ROOM,
  values: data,
  emit: (code) => void code.op(CODES[name], value),
});

const withBits = (name: "DECIMAL" | "HEX" | "BOOL_BITS", first: number, width: number, signed = false): Check => ({
  name: `${name} ${first} ${width} ${signed}`,
  size: ROOM,
  values: NUMBERS,
  emit: (code) => void code.op(CODES[name], value, bitsOperand(first, width, signed)),
});

const bytesOf = (name: keyof typeof Op, length: number, data = values(3, length)): Check => ({
  name: `${name} ${length}`,
  size: length,
  values: data,
  emit: (code) => {
    const line = code.op(CODES[name], { slot: 1, offset: 0, end: length }, length);
    if (!name.startsWith("STRING")) return;
    code.literal("no string");
    code.jump(line, code.here());
  },
});

const enumOf = (name: keyof typeof Op, rows: number, fallback: boolean): Check => ({
  name: `${name} of ${rows}`,
  size: ROOM,
  values: NUMBERS,
  emit: (code, writer) => {
    const list = [
      0n,
      1n,
      -1n,
      127n,
      -128n,
      255n,
      32767n,
      65535n,
      2n ** 31n,
      -(2n ** 31n),
      2n ** 32n - 1n,
      2n ** 53n,
      -(2n ** 63n),
      10n,
      9n,
      8n,
      99n,
    ];
    const table = writer.table(
      list.slice(0, rows).map((one, i) => ({
        value: one,
        name: Buffer.from(`"${String.fromCharCode(65 + i).repeat(i === 2 ? 5000 : i * 3)}"`),
        note: i % 3 === 1 ? writer.note() : undefined,
      })),
    );
    if (name === "ENUM_BITS") code.op(Op.BITS, value, bitsOperand(3, 13, rows % 2 === 0));
    const line = code.op(CODES[name], value, table);
    if (!fallback) return;
    code.literal("unnamed");
    code.jump(line, code.here());
  },
});

const NUMBERS = numbers();

const BITS = [
  [0, 1],
  [7, 1],
  [7, 2],
  [3, 5],
  [0, 24],
  [1, 31],
  [5, 32],
  [0, 33],
  [1, 63],
  [1, 64],
  [7, 57],
  [7, 64],
  [0, 65],
  [5, 65],
  [3, 100],
  [7, 121],
  [1, 127],
  [0, 128],
] as const;

/** Loops, calls, jumps and what ends an entry early. */
const FLOW: readonly Check[] = [
  {
    name: "LOOP NEXT TURN",
    size: ROOM,
    values: values(3, ROOM),
    emit: (code) => {
      code.loop(value, 2, 6, 4);
      const top = code.here();
      code.op(Op.TURN, { slot: 2, offset: 0, end: 4 }, 6);
      code.literal("=");
      code.op(Op.U16, { slot: 2, offset: 1, end: 4 });
      code.next(Op.NEXT, 2, 4, top);
    },
  },
  {
    name: "NEXT_LINE TURN_2",
    size: ROOM,
    values: values(3, ROOM),
    emit: (code) => {
      code.loop(value, 2, 24, 1);
      const top = code.here();
      code.op(Op.TURN_2, { slot: 2, offset: 0, end: 1 }, 24);
      code.op(Op.U8, { slot: 2, offset: 0, end: 1 });
      code.next(Op.NEXT_LINE, 2, 1, top);
    },
  },
  {
    name: "COUNTED UNLESS_ONE JUMP",
    size: ROOM,
    values: Uint8Array.from({ length: 6 * ROOM }, (_, i) => (i % ROOM === 0 ? i / ROOM : i % ROOM < 4 ? 0 : i)),
    emit: (code) => {
      const several = code.op(Op.UNLESS_ONE, value);
      code.literal("one ");
      code.op(Op.S32, { ...value, offset: 4 });
      const done = code.op(Op.JUMP);
      code.jump(several, code.here());
      const none = code.counted(value, 3);
      const top = code.here();
      code.op(Op.U32, { slot: 3, offset: 0, end: 4 });
      code.next(Op.NEXT, 3, 4, top);
      code.jump(none, code.here());
      code.literal("several");
      code.jump(done, code.here());
    },
  },
  {
    name: "CALL RETURN",
    size: ROOM,
    values: values(3, ROOM),
    emit: (code, writer) => {
      const inner = writer.routine();
      inner.literal("(");
      inner.op(Op.U32, { slot: 0, offset: 1, end: 5 });
      inner.literal(")");
      inner.op(Op.RETURN);
      const outer = writer.routine();
      outer.loop({ slot: 0, offset: 2, end: 12 }, 1, 2, 5);
      const top = outer.here();
      outer.call(inner, { slot: 1, offset: 0, end: 5 }, 5, 2);
      outer.next(Op.NEXT, 1, 5, top);
      outer.op(Op.RETURN);
      code.loop(value, 2, 2, 12);
      const first = code.here();
      code.call(outer, { slot: 2, offset: 0, end: 12 }, 12, 3);
      code.next(Op.NEXT, 2, 12, first);
      code.op(Op.U8, { ...value, offset: 23 });
    },
  },
  {
    name: "STOP IF_STOPPED",
    size: ROOM,
    values: texts(ROOM),
    emit: (code) => {
      const before = code.op(Op.IF_STOPPED);
      code.literal("going ");
      code.jump(before, code.here());
      const text = code.op(Op.STRING, value, ROOM);
      code.op(Op.STOP);
      code.jump(text, code.here());
      const out = code.op(Op.IF_STOPPED);
      code.op(Op.TEXT);
      code.literal("went on");
      code.jump(out, code.here());
    },
  },
  {
    name: "CPUS NEXT_CPU CPU",
    size: 7 * 8,
    values: values(12, 7 * 8),
    emit: (code) => {
      const none = code.cpus({ slot: 1, offset: 0, end: 56 }, 2, 8);
      const top = code.here();
      code.op(Op.CPU, { slot: 2, offset: 0, end: 8 });
      code.literal(":");
      code.op(Op.U64, { slot: 2, offset: 0, end: 8 });
      code.next(Op.NEXT_CPU, 2, 8, top);
      code.jump(none, code.here());
    },
  },
  {
    name: "ROW_CPU ROW_INDEX TEXT",
    size: 1,
    values: values(9, 1),
    emit: (code) => {
      code.op(Op.ROW_CPU);
      for (let length = 0; length < 40; length++) {
        code.literal("x".repeat(length));
        code.op(Op.TEXT);
      }
      code.literal("y".repeat(10_000));
      code.op(Op.ROW_INDEX);
    },
  },
  {
    name: "RENDER",
    size: ROOM,
    values: values(20, ROOM),
    emit: (code, writer) => {
      const text = (bytes: Uint8Array, _view: DataView, at: number): string =>
        `${bytes[at]}\u00e9"`.repeat(bytes[at + 1] ?? 0);
      writer.renderings.push(
        { text },
        { text: (bytes, _view, at) => String(bytes[at]), isNumber: true, value: () => "7" },
      );
      code.op(Op.RENDER, { ...value, offset: 3 }, 0);
      code.op(Op.RENDER, { ...value, offset: 1 }, 1);
    },
  },
];

/** The checks: every operation is in one of them. */
export const CHECKS: readonly Check[] = [
  ...(["U8", "U16", "U32", "U64", "S8", "S16", "S32", "S64", "BOOL", "POINTER", "CHAR_PLAIN"] as const).map((name) =>
    scalar(name, NUMBERS),
  ),
  ...[[0x22], [0x5c], Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 0x22 && byte !== 0x5c)].map(
    (bytes): Check => ({
      name: "CHAR",
      size: 1,
      values: Uint8Array.from(bytes),
      emit: (code, writer) => {
        writer.note();
        code.op(Op.CHAR, { ...value, end: 1 }, writer.note());
      },
    }),
  ),
  ...BITS.flatMap(([first, width]) => [
    withBits("DECIMAL", first, width),
    withBits("DECIMAL", first, width, true),
    withBits("HEX", first, width),
    withBits("BOOL_BITS", first, width),
  ]),
  ...[0, 1, 5, 7].map(
    (first): Check => ({
      name: `HEX_TO_END ${first}`,
      size: ROOM,
      values: NUMBERS,
      emit: (code) => void code.op(Op.HEX_TO_END, value, first),
    }),
  ),
  ...(["F32", "F64"] as const).map((name) => scalar(name, floats())),
  ...(["ENUM_S8", "ENUM_S16", "ENUM_S32", "ENUM_S64", "ENUM_U8", "ENUM_U16", "ENUM_U32"] as const).flatMap((name) => [
    enumOf(name, 0, false),
    enumOf(name, 8, true),
    enumOf(name, 17, false),
  ]),
  ...[1, 8, 16, 17].map((rows) => enumOf("ENUM_BITS", rows, true)),
  ...(["HEX_JSON", "HEX_PLAIN", "HEX_STRING"] as const).flatMap((name) =>
    [1, 7, 8, 9, 15, 16, 17, 33, 255, 257, 1023, 1024, 1025, 2049, 20_000].map((length) => bytesOf(name, length)),
  ),
  ...(["STRING", "STRING_OLD", "CHARS", "CHARS_LOSSLESS", "CELL", "CELL_LOSSLESS"] as const).flatMap((name) => [
    bytesOf(name, 1),
    bytesOf(name, 20, texts(20)),
    bytesOf(name, ROOM, sequences()),
    bytesOf(
      name,
      5000,
      Uint8Array.from({ length: 20_000 }, (_, i) => (i % 5000 === 4999 - (i >> 12) ? 0 : 0x22 + ((i % 90) % 0x5c))),
    ),
    bytesOf(
      name,
      40_000,
      Uint8Array.from({ length: 40_000 }, (_, i) => (i === 39_998 ? 0 : i % 3 === 0 ? 0x5c : 0x41)),
    ),
    bytesOf(
      name,
      3000,
      Uint8Array.from({ length: 9000 }, (_, i) => 0x80 + (i % 128)),
    ),
  ]),
  ...FLOW,
];
