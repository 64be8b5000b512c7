import { deleteBatch, openPinnedMap, updateBatch } from "./bpf.ts";

/**
 * A process that inserts and deletes the same keys as fast as it can, through batch calls, until it is killed or the
 * process that started it is gone. Arguments: pin path, bytes of a key, bytes of a value, first key, number of keys.
 * The keys are four-byte numbers at the end of the key, and `32` in front of them where a key has eight (an LPM trie).
 */
function churn(path: string, keySize: number, valueSize: number, first: number, count: number): never {
  const map = openPinnedMap(path);
  const keys = new Uint8Array(count * keySize);
  const values = new Uint8Array(count * valueSize).fill(0xab);
  const view = new DataView(keys.buffer);
  for (let i = 0; i < count; i++) {
    if (keySize === 8) view.setUint32(i * keySize, 32, true);
    view.setUint32((i + 1) * keySize - 4, first + i, true);
  }
  const parent = process.ppid;
  for (let round = 0; ; round++) {
    updateBatch(map, keys, values, count);
    deleteBatch(map, keys, count);
    if (round === 0) process.stdout.write("churning\n");
    if (round % 64 === 0 && process.ppid !== parent) process.exit(0);
  }
}

const [path = "", ...numbers] = process.argv.slice(2);
const [keySize = 0, valueSize = 0, first = 0, count = 0] = numbers.map(Number);
churn(path, keySize, valueSize, first, count);
