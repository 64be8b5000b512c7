import { expect, it } from "vitest";
import { LiveMap } from "../../src/reader/live-map.ts";
import { comesBefore } from "../../src/reader/trie-order.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { Random } from "../helpers/random.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { trieKey } from "../helpers/trie-key.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const KEY_SIZE = 8;

liveSuite("the kernel's walk of an LPM trie", ["kernel"], () => {
  const scratch = useScratch();

  it("gives prefixes of any length in the order that is known here", () => {
    const random = new Random(1);
    const fd = createMap({
      type: "lpm_trie",
      keySize: KEY_SIZE,
      valueSize: 1,
      maxEntries: 3000,
      flags: 1,
      name: "order",
    });
    for (let n = 0; n < 3000; n++) {
      updateElement(fd, trieKey(random.below(33), [...random.bytes(4)]), new Uint8Array(1));
    }
    const map = scratch.own(new LiveMap(new LinuxKernel(), fd));
    const keys: Uint8Array[] = [];
    const source = map.entries();
    for (let batch = source.next(); batch !== undefined; batch = source.next()) {
      if (batch instanceof Promise) throw new Error("a live map answers at once");
      for (let i = 0; i < batch.count; i++) keys.push(batch.keys.slice(i * KEY_SIZE, (i + 1) * KEY_SIZE));
    }
    expect(keys.length).toBeGreaterThan(1000);
    const wrong = keys.filter((key, i) => i > 0 && !comesBefore(keys[i - 1] as Uint8Array, 0, key, 0, KEY_SIZE));
    expect(wrong).toEqual([]);
  });
});
