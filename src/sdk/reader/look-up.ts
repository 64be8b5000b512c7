import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { callError } from "../../reader/read-error.ts";
import { ENOENT } from "../../sys/errno.ts";
import { kernelBuffer } from "../../sys/kernel-buffer.ts";
import { checkOptions } from "../check-options.ts";
import { type Holdings, READ_CHECKS, type ReadOptions } from "./read.ts";
import { abortedWork } from "./read-errors.ts";

/**
 * The bytes of the value of a key, or without one of what a queue gives next; undefined where there is none. In a file
 * it takes a read to the end of the map, which the options bound. Throws USAGE, CLOSED, ABORTED, TIMEOUT,
 * NO_PERMISSION, NOT_READABLE or KERNEL.
 */
export async function lookUp(
  holdings: Holdings,
  key: Uint8Array | null,
  options: ReadOptions,
): Promise<Uint8Array | undefined> {
  const { map } = holdings;
  const turn = turnOf(holdings, options);
  turn();
  if (key === null) checkKeyless(map);
  const value = kernelBuffer(map.shape.valueStride);
  const errno = map.lookup(key, value, turn);
  return found(map, errno instanceof Promise ? await answered(errno, turn) : errno, value);
}

/** The same for a map of the kernel, which answers at once. */
export function lookUpSync(holdings: Holdings, key: Uint8Array | null): Uint8Array | undefined {
  const { map } = holdings;
  holdings.check();
  if (key === null) checkKeyless(map);
  const value = kernelBuffer(map.shape.valueStride);
  return found(map, map.lookup(key, value) as number, value);
}

/** Returns what throws once the reader is closed, the signal aborted or the time over. */
function turnOf(holdings: Holdings, options: ReadOptions): () => void {
  const doing = `look up a key in ${holdings.map.label}`;
  checkOptions(doing, options, READ_CHECKS);
  const { signal, timeout = Number.POSITIVE_INFINITY } = options;
  const deadline = performance.now() + timeout;
  return () => {
    holdings.check();
    if (signal?.aborted) throw abortedWork(doing, signal.reason);
    if (performance.now() > deadline) throw new EbpfMapError("TIMEOUT", `${doing}: not done after ${timeout} ms`);
  };
}

/** A map with keys must have one: the kernel only says that it is at no good address. */
function checkKeyless({ label, info }: MapSource): void {
  if (info.keySize > 0) throw new EbpfMapError("USAGE", `peek at ${label}: its entries have keys (get takes one)`);
}

/** A reader that is closed meanwhile takes the file away from under the read; that is what is told then. */
async function answered(answer: Promise<number>, turn: () => void): Promise<number> {
  const [outcome] = await Promise.allSettled([answer]);
  turn();
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

function found(map: MapSource, errno: number, value: Uint8Array): Uint8Array | undefined {
  if (errno === 0) return value;
  if (errno === ENOENT) return undefined;
  throw callError("look up a key in", map, "lookup", errno);
}
