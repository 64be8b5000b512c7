import { afterEach, describe, expect, test, vi } from "vitest";
import { listMaps } from "../../../../src/sdk/maps/list-maps.ts";
import { ENOENT } from "../../../../src/sys/errno.ts";
import { LinuxKernel } from "../../../../src/sys/linux.ts";
import { createMap } from "../../../helpers/bpf.ts";
import { liveSuite } from "../../../helpers/requirements.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { all, errorOf } from "../sample-readers.ts";

describe("wrong options are USAGE at once", () => {
  test.each([{ name: 7 }, { type: [1] }, { pinned: "yes" }, { owners: 1 }, { nme: "x" }, { onGap: () => undefined }])(
    "%o",
    (options) => {
      expect(() => listMaps(options as never)).toThrow(expect.objectContaining({ code: "USAGE" }));
    },
  );
});

liveSuite("the maps of this kernel", ["kernel"], () => {
  const scratch = useScratch();
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const make = (name: string, type: "hash" | "array"): number => {
    const fd = scratch.own(createMap({ type, keySize: 4, valueSize: 8, maxEntries: 4, name }));
    return new LinuxKernel().mapInfo(fd).id;
  };

  test("are described, and chosen by name and type", async () => {
    const [hash, array] = [make("lm_hash", "hash"), make("lm_array", "array")];
    const ours = await all(listMaps({ name: /^lm_(hash|array)$/ }));
    expect(ours.map(({ id, name, type }) => [id, name, type])).toEqual([
      [hash, "lm_hash", "hash"],
      [array, "lm_array", "array"],
    ]);
    expect(ours[0]).toMatchObject({ label: `map id ${hash} (lm_hash)`, isFrozen: false, pins: [], owners: undefined });
    expect(ours[0]?.memlock).toBeGreaterThan(0);
    expect(await all(listMaps({ name: "lm_hash", type: "array" }))).toEqual([]);
    expect(await all(listMaps({ name: "lm_hash", pinned: true }))).toEqual([]);
    expect(await all(listMaps({ name: "lm_hash", pinned: false, type: ["hash", "array"] }))).toHaveLength(1);
  });

  test("a signal ends the list before the first map, in between, and on a machine without maps", async () => {
    make("lm_signal_a", "hash");
    make("lm_signal_b", "hash");
    const ended = { code: "ABORTED", message: "list maps: aborted", cause: "enough" };
    const signal = AbortSignal.abort("enough");
    expect(await errorOf(() => all(listMaps({ signal })))).toMatchObject(ended);

    const stop = new AbortController();
    const seen: string[] = [];
    const listing = async (): Promise<void> => {
      for await (const { name } of listMaps({ name: /^lm_signal_/, signal: stop.signal })) {
        seen.push(name);
        stop.abort("enough");
      }
    };
    expect(await errorOf(listing)).toMatchObject(ended);
    expect(seen).toEqual(["lm_signal_a"]);

    vi.spyOn(LinuxKernel.prototype, "nextMapId").mockReturnValue({ errno: ENOENT, id: 0 });
    expect(await all(listMaps())).toEqual([]);
    expect(await errorOf(() => all(listMaps({ signal })))).toMatchObject(ended);
  });
});
