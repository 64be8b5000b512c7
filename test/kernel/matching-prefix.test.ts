import { join } from "node:path";
import { expect, test } from "vitest";
import { LiveMap } from "../../src/reader/live-map.ts";
import type { MapSource } from "../../src/reader/map-source.ts";
import { matchingPrefix } from "../../src/reader/tries/matching-prefix.ts";
import { storedPrefix } from "../../src/reader/tries/stored-prefix.ts";
import { openSnapshotFile } from "../../src/snapshot/read/load.ts";
import { saveSnapshot } from "../../src/snapshot/write/save.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";
import { ORIGIN } from "../unit/snapshot/sample-maps.ts";

function key(text: string): Uint8Array {
  const [address = "", length = "32"] = text.split("/");
  return Uint8Array.of(Number(length), 0, 0, 0, ...address.split(".").map(Number));
}

function shown(found: Uint8Array | undefined): string | undefined {
  return found && `${[...found.subarray(4)].join(".")}/${found[0]}`;
}

liveSuite("the network that answers a lookup in a trie", ["kernel"], () => {
  const scratch = useScratch();
  const kernel = new LinuxKernel();

  /** Values are all alike, so that nothing but the prefix tells entries apart. */
  const trie = (...networks: string[]): MapSource => {
    const sizes = { type: "lpm_trie", keySize: 8, valueSize: 4, maxEntries: 16, flags: 1 } as const;
    const map = createMap({ ...sizes, name: "words_trie" });
    for (const network of networks) updateElement(map, key(network), Uint8Array.of(1, 0, 0, 0));
    return scratch.own(new LiveMap(kernel, map));
  };

  /** The same map, saved and loaded. */
  const saved = async (map: MapSource): Promise<MapSource> => {
    const path = join(scratch.folder, "trie.ndjson");
    await saveSnapshot(path, [map], { ...ORIGIN, force: true });
    const [loaded] = await openSnapshotFile(path);
    if (loaded === undefined) throw new Error("no map came back");
    return scratch.own(loaded);
  };

  const CASES: [string, string[], string | undefined][] = [
    ["10.9.1.1", ["10.0.0.0/8", "10.9.0.0/16", "11.0.0.0/8"], "10.9.0.0/16"],
    ["10.8.1.1", ["10.0.0.0/8", "10.9.0.0/16", "11.0.0.0/8"], "10.0.0.0/8"],
    ["10.9.0.0/12", ["10.0.0.0/8", "10.9.0.0/16"], "10.0.0.0/8"],
    ["11.1.1.1", ["10.0.0.0/8", "11.0.0.0/8"], "11.0.0.0/8"],
    ["12.1.1.1", ["10.0.0.0/8", "11.0.0.0/8"], undefined],
    ["12.1.1.1", ["0.0.0.0/0", "11.0.0.0/8"], "0.0.0.0/0"],
    ["10.1.2.3", ["10.1.2.3/32"], "10.1.2.3/32"],
    ["10.1.2.9/31", ["10.1.2.8/31", "10.1.2.9/32", "10.1.2.0/29"], "10.1.2.8/31"],
    ["10.1.2.3", ["10.1.255.255/16"], "10.1.0.0/16"],
    ["10.1.2.3", [], undefined],
  ];

  test.each(CASES)("%s in %j: %s", async (asked, networks, found) => {
    expect(shown(await matchingPrefix(trie(...networks), key(asked)))).toBe(found);
  });

  test.each(CASES)("%s in a file of %j: %s", async (asked, networks, found) => {
    const stored = await storedPrefix(await saved(trie(...networks)), key(asked));
    // A file has the key as it was given to the kernel, with the bits behind the prefix.
    expect(shown(stored)).toBe(found === "10.1.0.0/16" ? "10.1.255.255/16" : found);
  });

  test("is the longest of those that cover an address, for all of a byte", async () => {
    const networks = ["10.1.2.0/24", "10.1.2.0/26", "10.1.2.64/27", "10.1.2.64/30", "10.1.2.67/32", "10.1.2.128/25"];
    const map = trie(...networks);
    for (let last = 0; last < 256; last++) {
      const covering = networks.filter((network) => {
        const [address = "", length = ""] = network.split("/");
        const start = Number(address.split(".")[3]);
        return last >> (32 - Number(length)) === start >> (32 - Number(length));
      });
      const longest = covering.sort((a, b) => Number(b.split("/")[1]) - Number(a.split("/")[1]))[0];
      expect(shown(await matchingPrefix(map, key(`10.1.2.${last}`)))).toBe(longest);
    }
  });
});
