import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import {
  BPF_PROG_TYPE_SOCKET_FILTER,
  createMap,
  freezeMap,
  loadBtf,
  loadInstructions,
  type MapSpec,
  pinObject,
} from "../helpers/bpf.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { differences, differencesWhileStill } from "../helpers/compare.ts";
import { MAP_RECIPES, makeMap } from "../helpers/map-recipes.ts";
import { Random } from "../helpers/random.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";
import { withoutStaleBtfIds } from "./known-differences.ts";

const kernel = new LinuxKernel();

const ARRAY = { type: "array", keySize: 4, valueSize: 4, maxEntries: 1 } as const satisfies MapSpec;

liveSuite("list and show", ["kernel", "bpftools"], () => {
  const scratch = useScratch();
  const array = (more: Partial<MapSpec> = {}): Fd => scratch.own(createMap({ ...ARRAY, ...more }));
  const idOf = (map: Fd): string => String(kernel.mapInfo(map).id);

  test.for(MAP_RECIPES)("show $name", async (recipe) => {
    const map = await makeMap(scratch, recipe, { count: 1, btf: recipe.btf !== "never", name: "show_me" });
    expect(await differences(["map", "show", "id", idOf(map)])).toEqual([]);
  });

  test.for<{ title: string; spec: Partial<MapSpec> }>([
    { title: "without a name", spec: {} },
    { title: "with a name of 15 bytes", spec: { name: "fifteen_letters" } },
    { title: "with flags", spec: { flags: 1 << 7 } },
    { title: "of many entries", spec: { maxEntries: 100_000, valueSize: 4096 } },
  ])("show a map $title", async ({ spec }) => {
    const map = array(spec);
    for (const command of ["show", "list", "sh", "l"]) {
      expect(await differences(["map", command, "id", idOf(map)])).toEqual([]);
    }
  });

  test("show a frozen map, with and without BTF", async () => {
    const btf = new BtfBuilder();
    const int = btf.signed("int", 4);
    const fd = scratch.own(loadBtf(btf.build()));
    for (const map of [array(), array({ btf: { fd, key: int, value: int } })]) {
      expect(await differences(["map", "show", "id", idOf(map)])).toEqual([]);
      freezeMap(map);
      expect(await differences(["map", "show", "id", idOf(map)])).toEqual([]);
    }
  });

  test("show a prog_array that a program uses", async () => {
    const map = scratch.own(createMap({ type: "prog_array", keySize: 4, valueSize: 4, maxEntries: 2, name: "owned" }));
    scratch.own(loadInstructions(BPF_PROG_TYPE_SOCKET_FILTER, tailCall(map)));
    expect(await differences(["map", "show", "id", idOf(map)])).toEqual([]);
  });

  test("show by name: one, several, none", async () => {
    const name = `show_${process.pid}`;
    array({ name });
    expect(await differences(["map", "show", "name", name])).toEqual([]);
    array({ name });
    expect(await differences(["map", "show", "name", name])).toEqual([]);
    expect(await differences(["map", "show", "name", "no_such_map"])).toEqual([]);
    expect(await differences(["map", "show", "name", name.toUpperCase()])).toEqual([]);
  });

  test("show a pinned map", async () => {
    const path = scratch.pin(array({ name: "pinned_one" }), "a pin with spaces");
    expect(await differences(["map", "show", "pinned", path])).toEqual([]);
    expect(await differencesWhileStill(["-f", "map", "show", "pinned", path])).toEqual([]);
  });

  test("list everything", async () => {
    const name = `list_${process.pid}`;
    for (let i = 0; i < 3; i++) array({ name });
    for (const args of [["map"], ["map", "list"], ["map", "show"]]) {
      expect(await differencesWhileStill(args, { correct: withoutStaleBtfIds })).toEqual([]);
    }
  });

  test.for([1, 3, 4, 7, 13, 49])("list with %i pins, several of a map", async (pins) => {
    const random = new Random(pins);
    const maps = Array.from({ length: Math.ceil(pins / 4) }, () => array({ name: `pins_${process.pid}` }));
    const folders = ["", "b", "a", "a/deep"];
    for (const folder of folders.slice(1)) mkdirSync(join(scratch.pins, folder), { recursive: true });
    for (let i = 0; i < pins; i++) {
      scratch.pin(random.pick(maps), join(random.pick(folders), `pin_${random.below(1000)}_${i}`));
    }
    expect(await differencesWhileStill(["-f", "map", "show", "name", `pins_${process.pid}`])).toEqual([]);
    expect(await differencesWhileStill(["-f", "map"], { correct: withoutStaleBtfIds })).toEqual([]);
    for (const map of maps.slice(0, 2)) {
      expect(await differencesWhileStill(["map", "-f", "show", "id", idOf(map)])).toEqual([]);
    }
  });

  test("pins with names that need escapes, or are no text", async () => {
    const map = array({ name: `odd_${process.pid}` });
    for (const name of [
      "back\\slash",
      'quo"te',
      "it's",
      "new\nline",
      "tab\tstop",
      "\x01\x7f",
      "café",
      "\udcff\udcfe",
    ]) {
      scratch.pin(map, name);
    }
    expect(await differencesWhileStill(["-f", "map", "show", "id", idOf(map)])).toEqual([]);
  });

  test("pins in a second bpffs, mounted on a folder with a blank in its name", async () => {
    const folder = join(scratch.folder, "bpf here");
    mkdirSync(folder);
    execFileSync("mount", ["-t", "bpf", "bpf", folder]);
    scratch.own({ [Symbol.dispose]: () => execFileSync("umount", [folder]) });
    const map = array({ name: `far_${process.pid}` });
    scratch.pin(map, "near");
    pinObject(map, join(folder, "far"));
    expect(await differencesWhileStill(["-f", "map", "show", "id", idOf(map)])).toEqual([]);
    expect(await differences(["map", "dump", "pinned", join(folder, "far")])).toEqual([]);
  });
});

/** `bpf_tail_call(ctx, map, 0); return 0`: what makes a program the owner of a prog_array. */
function tailCall(map: Fd): Uint8Array {
  const fd = new Uint8Array(Uint32Array.of(map.number).buffer);
  const loadMap = [0x18, 0x12, 0, 0, ...fd, 0, 0, 0, 0, 0, 0, 0, 0];
  const call = [0xb7, 3, 0, 0, 0, 0, 0, 0, 0x85, 0, 0, 0, 12, 0, 0, 0];
  return Uint8Array.from([...loadMap, ...call, 0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);
}
