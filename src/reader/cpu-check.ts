import { roundUp8 } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import type { Fd } from "../sys/fd.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { kernelBuffer } from "../sys/kernel-buffer.ts";
import { valueRoom } from "./shape.ts";

/** How many CPUs' values each kernel was seen to write. */
const counted = new WeakMap<Kernel, number>();

/** Stands where the kernel has not written. Nobody outside can know it, and so no value in a map looks like it. */
const CANARY: bigint = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;

/**
 * Finds out for how many CPUs the kernel writes values, by what it wrote.
 *
 * The kernel fills the buffer of a per-CPU value with `round_up(value_size, 8)` bytes for each CPU that *it* takes for
 * possible, and doesn't know how long the buffer is. `/sys/devices/system/cpu/possible` lists these CPUs, but a container
 * may show another list. So until values have been seen, there is room in a buffer for as many CPUs as the kernel can have
 * at most, filled with a canary; what is left of that after the first values tells the number, and a list that disagrees
 * is an error. From then on buffers are as long as they have to be.
 */
export class CpuCheck {
  readonly #kernel: Kernel;
  readonly #slotSize: number;
  readonly #mostRoom: number;
  readonly #label: string;

  constructor(kernel: Kernel, info: Pick<MapInfo, "type" | "valueSize">, label: string) {
    this.#kernel = kernel;
    this.#slotSize = roundUp8(info.valueSize);
    this.#mostRoom = valueRoom(info, kernel);
    this.#label = label;
  }

  /** For how many CPUs the kernel writes values; undefined before any were seen. */
  get cpus(): number | undefined {
    return counted.get(this.#kernel);
  }

  /** Bytes that the kernel may write for one value. */
  get valueRoom(): number {
    return this.cpus === undefined ? this.#mostRoom : this.#slotSize * this.cpus;
  }

  /** Looks the first entry of a map up to count the CPUs. An empty map tells nothing. */
  probe(fd: Fd, keySize: number): void {
    if (this.cpus !== undefined) return;
    const key = kernelBuffer(keySize);
    if (this.#kernel.nextKey(fd, null, key) !== 0) return;
    const value = this.buffer(1);
    this.prepare(value);
    if (this.#kernel.lookup(fd, key, value) === 0) this.count(value, 1);
  }

  /** A buffer for so many values, whatever the kernel writes for each. */
  buffer(values: number): Uint8Array {
    return kernelBuffer(values * this.valueRoom);
  }

  /** Prepares a buffer for a call whose values may be the first ones. */
  prepare(buffer: Uint8Array): void {
    if (this.cpus === undefined) new BigUint64Array(buffer.buffer).fill(CANARY);
  }

  /** Counts the CPUs in a prepared buffer that has got `values` values, if that has not been done before. */
  count(buffer: Uint8Array, values: number): void {
    if (this.cpus !== undefined || values === 0) return;
    counted.set(this.#kernel, writtenBytes(buffer) / (values * this.#slotSize));
  }

  /** Throws KERNEL where the kernel is known to write values for another number of CPUs. */
  expect(cpus: number): void {
    if (this.cpus !== undefined && this.cpus !== cpus) throw cpuError(this.#label, this.cpus, cpus);
  }
}

/** How many bytes stand before the canaries that are left: each slot of a CPU is a multiple of their length. */
function writtenBytes(buffer: Uint8Array): number {
  const words = new BigUint64Array(buffer.buffer);
  let end = words.length;
  while (end > 0 && words[end - 1] === CANARY) end -= 1;
  return end * words.BYTES_PER_ELEMENT;
}

function cpuError(label: string, counted: number, listed: number): EbpfMapError {
  const list = "/sys/devices/system/cpu/possible";
  const cure = "a container may show a list of its own: read the map where the kernel's own is seen";
  const message = `read ${label}: the kernel has values for ${counted} CPUs, but ${list} lists ${listed} (${cure})`;
  return new EbpfMapError("KERNEL", message, { counted, listed });
}
