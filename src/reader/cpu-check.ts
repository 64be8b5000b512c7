import { roundUp8 } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import type { Fd } from "../sys/fd.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { kernelBuffer } from "../sys/kernel-buffer.ts";
import { valueRoom } from "./shape.ts";

/** The number of CPUs for which each kernel was seen to write values. */
const counted = new WeakMap<Kernel, number>();

let canary: bigint | undefined;

/**
 * The pattern in buffers that the kernel has not written to. It is random, so that no value in a map can imitate it;
 * made for the first per-CPU map, since Node takes 3 ms to load WebCrypto.
 */
function canaryPattern(): bigint {
  canary ??= crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
  return canary;
}

/**
 * Counts the CPUs for which the kernel writes values, by the bytes it wrote.
 *
 * The kernel fills the buffer of a per-CPU value with `round_up(value_size, 8)` bytes for each CPU that *it* considers
 * possible, without knowing the length of the buffer. `/sys/devices/system/cpu/possible` lists these CPUs, but a
 * container may show another list. So until values have been seen, buffers have room for as many CPUs as the kernel can
 * have at most, and are filled with a canary. The canaries that are left after the first values tell the number, and a
 * list that disagrees is an error. From then on buffers have their exact size.
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

  /** The number of CPUs for which the kernel writes values; undefined before any were seen. */
  get cpus(): number | undefined {
    return counted.get(this.#kernel);
  }

  /** The most bytes that the kernel may write for one value. */
  get valueRoom(): number {
    return this.cpus === undefined ? this.#mostRoom : this.#slotSize * this.cpus;
  }

  /** Looks up the first entry of a map to count the CPUs. An empty map tells nothing. */
  probe(fd: Fd, keySize: number): void {
    if (this.cpus !== undefined) return;
    const key = kernelBuffer(keySize);
    if (this.#kernel.nextKey(fd, null, key) !== 0) return;
    const value = this.buffer(1);
    this.prepare(value);
    if (this.#kernel.lookup(fd, key, value) === 0) this.count(value, 1);
  }

  /** Allocates a buffer with room for all that the kernel may write for so many values. */
  buffer(values: number): Uint8Array {
    return kernelBuffer(values * this.valueRoom);
  }

  /** Fills a buffer with the canary before a call whose values may be the first ones. */
  prepare(buffer: Uint8Array): void {
    if (this.cpus === undefined) new BigUint64Array(buffer.buffer).fill(canaryPattern());
  }

  /** Counts the CPUs in a prepared buffer to which the kernel wrote `values` values, unless they are known. */
  count(buffer: Uint8Array, values: number): void {
    if (this.cpus !== undefined || values === 0) return;
    counted.set(this.#kernel, writtenBytes(buffer) / (values * this.#slotSize));
  }

  /** Throws KERNEL if the kernel is known to write values for another number of CPUs. */
  expect(cpus: number): void {
    if (this.cpus !== undefined && this.cpus !== cpus) throw cpuError(this.#label, this.cpus, cpus);
  }
}

/** The number of bytes before the canaries that are left. A CPU's slot is a multiple of their length. */
function writtenBytes(buffer: Uint8Array): number {
  const words = new BigUint64Array(buffer.buffer);
  let end = words.length;
  const pattern = canaryPattern();
  while (end > 0 && words[end - 1] === pattern) end -= 1;
  return end * words.BYTES_PER_ELEMENT;
}

function cpuError(label: string, counted: number, listed: number): EbpfMapError {
  const list = "/sys/devices/system/cpu/possible";
  const cure = "a container may show a list of its own: read the map where the kernel's own is seen";
  const message = `read ${label}: the kernel has values for ${counted} CPUs, but ${list} lists ${listed} (${cure})`;
  return new EbpfMapError("KERNEL", message, { counted, listed });
}
