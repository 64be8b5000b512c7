import { roundUp8 } from "../../bytes.ts";
import type { EntryShape } from "../../reader/entries.ts";
import { Malformed } from "../malformed.ts";
import { entryParts, errorOf, forEachCpu, readHexList } from "./entry-parts.ts";
import type { TakeEntry } from "./printed-entries.ts";

/** Takes entries by the bytes that bpftool prints. */
export function takeBytes({ keySize, valueSize, valueStride, cpus }: EntryShape): TakeEntry {
  const stride = roundUp8(valueSize);
  return ({ count, keys, values }, bytes, start, end) => {
    const { key, value, isPerCpu } = entryParts(bytes, start, end);
    const to = count * valueStride;
    checkSize("key", key < 0 ? 0 : readHexList(bytes, key, end, keys, count * keySize, keySize), keySize);
    if (value < 0) throw new Malformed("it has no value");
    const errno = isPerCpu ? undefined : errorOf(bytes, value, end);
    if (errno !== undefined) return errno;
    if (!isPerCpu) {
      if (cpus > 0) throw new Malformed("it has one value, and the first entry one for each CPU");
      checkSize("value", readHexList(bytes, value, end, values, to, valueSize), valueSize);
      return 0;
    }
    const found = forEachCpu(bytes, value, end, (cpu, at) => {
      if (cpu >= cpus) throw new Malformed(`it has values of more than ${cpus} CPUs`);
      checkSize("value", readHexList(bytes, at, end, values, to + cpu * stride, valueSize), valueSize);
    });
    if (found !== cpus) throw new Malformed(`it has values of ${found} CPUs, ${cpus} expected`);
    return 0;
  };
}

function checkSize(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Malformed(`the ${what} has ${found} bytes, ${expected} expected`);
}
