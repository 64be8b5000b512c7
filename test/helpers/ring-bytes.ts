import { roundUp8 } from "../../src/bytes.ts";
import { RingMemory } from "../../src/stream/ring/ring-memory.ts";

export const BUSY = 0x8000_0000;
export const DISCARD = 0x4000_0000;

/** A ring buffer in ordinary memory, with the kernel's side of it: a test writes records as a program does. */
export class FakeRing {
  readonly size: number;
  readonly memory: RingMemory;
  readonly #page: number;
  readonly #consumer: BigUint64Array;
  readonly #rest: DataView;
  readonly #bytes: Uint8Array;

  constructor(size: number, { page = 64, start = 0n }: { page?: number; start?: bigint } = {}) {
    this.size = size;
    this.#page = page;
    const consumer = new ArrayBuffer(page);
    const rest = new ArrayBuffer(page + 2 * size);
    this.#consumer = new BigUint64Array(consumer, 0, 1);
    this.#rest = new DataView(rest);
    this.#bytes = new Uint8Array(rest);
    this.memory = new RingMemory(consumer, rest, page, size);
    this.consumer = start;
    this.producer = start;
  }

  get consumer(): bigint {
    return this.#consumer[0] ?? 0n;
  }

  set consumer(position: bigint) {
    this.#consumer[0] = BigInt.asUintN(64, position);
  }

  get producer(): bigint {
    return this.#rest.getBigUint64(0, true);
  }

  set producer(position: bigint) {
    this.#rest.setBigUint64(0, BigInt.asUintN(64, position), true);
  }

  /** Writes a record and moves on, whether there is room or not; returns its position. */
  write(data: Uint8Array | string, flags = 0): bigint {
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    const at = this.producer;
    this.setHeader(at, bytes.length + flags);
    bytes.forEach((byte, i) => {
      this.#poke(at + 8n + BigInt(i), byte);
    });
    this.producer = at + BigInt(roundUp8(8 + bytes.length));
    return at;
  }

  /** A copy of the data, once. */
  data(): Uint8Array {
    return this.#bytes.slice(this.#page, this.#page + this.size);
  }

  /** Length and flags of the record at a position. */
  setHeader(position: bigint, word: number): void {
    for (let i = 0; i < 4; i++) this.#poke(position + BigInt(i), Math.floor(word / 2 ** (8 * i)) & 0xff);
  }

  /** Both places where a byte of the data stands. */
  #poke(position: bigint, byte: number): void {
    const offset = this.#page + Number(BigInt.asUintN(64, position) % BigInt(this.size));
    this.#bytes[offset] = byte;
    this.#bytes[offset + this.size] = byte;
  }
}
