import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMap } from "../../src/index.ts";
import { createMap, type MapSpec, updateElement } from "../helpers/bpf.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { addDefinition, addMapSection, addRustWrappers, declareMaps } from "../helpers/declared-maps.ts";
import { buildElf, elfWithBtf } from "../helpers/elf-builder.ts";
import { compileObject, loadObject } from "../helpers/objects.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const SHAPE = { wide: true, littleEndian: true };
const HASH = { type: "hash", keySize: 4, valueSize: 8, maxEntries: 4 } as const;

liveSuite("types of an object's declarations", ["kernel", "clang", "bpftools"], () => {
  const scratch = useScratch();

  function objectOf(build: (btf: BtfBuilder) => void, name = "prog.o"): string {
    const btf = new BtfBuilder();
    build(btf);
    const path = join(scratch.folder, name);
    writeFileSync(path, elfWithBtf(btf.build(), SHAPE));
    return path;
  }

  /** A pinned map without BTF, with the entry 1 → 7. */
  function pinned(name: string, pin: string, spec: Partial<MapSpec> = {}): string {
    const shape = { ...HASH, ...spec, name };
    const map = scratch.own(createMap(shape));
    const bytes = (size: number, first: number): Uint8Array =>
      Uint8Array.from({ length: size }, (_, i) => (i === 0 ? first : 0));
    updateElement(map, bytes(shape.keySize, 1), bytes(shape.valueSize, 7));
    return scratch.pin(map, pin);
  }

  async function rows(path: string, btf: string, ...more: string[]): Promise<string> {
    const { stdout, stderr } = await runOurs(["dump", "pinned", path, "--btf", btf, "-o", "ndjson", ...more]);
    return stderr + stdout.toString();
  }

  test("in Rust are found through the structs that wrap them", async () => {
    const object = objectOf((b) => {
      const [u32, u64] = [b.int("u32", 4), b.int("u64", 8)];
      const value = b.struct("Stat<u64>", 8, [{ name: "packets", type: u64, bitOffset: 0 }]);
      const definition = addDefinition(
        b,
        { numbers: { type: 1, max_entries: 4 }, types: { key: u32, value } },
        "HashMapDef",
      );
      addMapSection(b, [{ name: "FLOWS", type: addRustWrappers(b, definition, 32) }]);
    });
    expect(await rows(pinned("FLOWS", "FLOWS"), object)).toBe('{"key":1,"value":{"packets":7}}\n');
  });

  test("without types show bytes and say so", async () => {
    const object = objectOf((b) => {
      const u32 = b.int("u32", 4);
      const definition = b.struct("bpf_map_def", 28, [{ name: "key_size", type: u32, bitOffset: 32 }]);
      addMapSection(b, [{ name: "LEGACY", type: definition }], "maps");
    });
    const path = pinned("LEGACY", "LEGACY");
    const { stdout, stderr, status } = await runOurs(["-j", "dump", "pinned", path, "--btf", object]);
    expect(stdout.toString()).toContain('"formatted":{"key":[1,0,0,0],"value":[7,0,0,0,0,0,0,0]}');
    expect(stderr).toMatch(
      /^Note: map id \d+ \(LEGACY\): the BTF declares 'LEGACY' without a type for its keys and values, which are shown as bytes/,
    );
    expect(status).toBe(0);
    expect(await rows(path, object, "--key-type", "u32", "--value-type", "u64")).toBe('{"key":1,"value":7}\n');
  });

  test("of maps of maps give ids, and types to the maps inside", async () => {
    const object = objectOf((b) => {
      const [u32, u64] = [b.int("u32", 4), b.int("u64", 8)];
      const value = b.struct("counter", 8, [{ name: "hits", type: u64, bitOffset: 0 }]);
      const values = addDefinition(b, { numbers: { type: 1 }, types: { key: u32, value } }, "inner_map");
      declareMaps(b, [{ name: "outer", numbers: { type: 13, value_size: 4 }, types: { key: u32 }, values }]);
    });
    const inner = scratch.own(createMap(HASH));
    updateElement(inner, Uint8Array.of(2, 0, 0, 0), Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0));
    const outer = scratch.own(createMap({ ...HASH, type: "hash_of_maps", valueSize: 4, inner, name: "outer" }));
    updateElement(outer, Uint8Array.of(1, 0, 0, 0), Uint8Array.of(inner.number, 0, 0, 0));
    const path = scratch.pin(outer, "outer");
    const id = openMapId(inner.number);
    expect(await rows(path, object)).toBe(`{"key":1,"value":${id}}\n`);
    const plain = await runOurs(["-j", "dump", "pinned", path, "--btf", object]);
    expect(`${plain.stdout}`).toContain(`"formatted":{"key":1,"value":${id}}`);
    expect(await rows(path, object, "--recursive")).toBe(
      `{"key":1,"value":${id},"map":{"id":${id},"type":"hash","name":"","entries":[{"key":2,"value":{"hits":9}}]}}\n`,
    );
    using reader = openMap<number, number>({ pinned: path }, { types: { btf: object } });
    expect(reader.getSync(1)).toBe(id);
    using inside = reader.innerSync<number, { hits: bigint }>(1);
    expect(inside?.toArraySync()).toEqual([{ key: 2, value: { hits: 9n } }]);
  });

  test("of global data are those that the loaded map has itself", async () => {
    const maps = await loadObject(scratch, "globals");
    const object = await compileObject(scratch, "globals");
    const sections = maps.filter((path) => /_(?:bss|data|rodata)$/.test(path));
    expect(sections).toHaveLength(3);
    for (const path of sections) {
      const own = await runOurs(["dump", "pinned", path, "-o", "ndjson"]);
      expect(`${own.stdout}`).toMatch(/^\{"value":\{"[a-z]/);
      expect(await rows(path, object)).toBe(`${own.stdout}`);
      expect(await rows(path, `${object}:.${path.replace(/.*_/, "")}`)).toBe(`${own.stdout}`);
    }
    const [data = ""] = sections.filter((path) => path.endsWith("_data"));
    expect(await rows(data, `${object}:.bss`)).toMatch(/the value type has 56 bytes, the map's values have 68\n$/);
  });

  test("whose names are cut to one are told apart by sizes, pin and the user", async () => {
    const object = objectOf((b) => {
      const [u32, u64] = [b.int("u32", 4), b.int("u64", 8)];
      const one = b.struct("one", 8, [{ name: "one", type: u64, bitOffset: 0 }]);
      const two = b.struct("two", 8, [{ name: "two", type: u64, bitOffset: 0 }]);
      declareMaps(b, [
        { name: "devmap_xmit_cnt", numbers: { type: 1 }, types: { key: u32, value: one } },
        { name: "devmap_xmit_cnt_multi", numbers: { type: 1 }, types: { key: u64, value: one } },
        { name: "requests_by_user_one", numbers: { type: 1 }, types: { key: u32, value: one } },
        { name: "requests_by_user_two", numbers: { type: 1 }, types: { key: u32, value: two } },
      ]);
    });
    expect(await rows(pinned("devmap_xmit_cnt", "a"), object)).toBe('{"key":1,"value":{"one":7}}\n');
    expect(await rows(pinned("devmap_xmit_cnt", "b", { keySize: 8 }), object)).toBe('{"key":1,"value":{"one":7}}\n');
    const CUT = "requests_by_use";
    expect(await rows(pinned(CUT, "requests_by_user_two"), object)).toBe('{"key":1,"value":{"two":7}}\n');
    const path = pinned(CUT, "elsewhere");
    expect(await rows(path, object)).toMatch(
      /the BTF declares several maps that it may be: requests_by_user_one, requests_by_user_two \(--btf FILE:NAME names one\)/,
    );
    expect(await rows(path, `${object}:requests_by_user_two`)).toBe('{"key":1,"value":{"two":7}}\n');
    expect(await rows(path, `${object}:requests_by_user_tow`)).toMatch(/did you mean `requests_by_user_two`\?/);
    expect(await rows(path, `${object}.gone:x`)).toMatch(/no such file or directory/);
    using reader = openMap({ pinned: path }, { types: { btf: `${object}:requests_by_user_two` } });
    expect(reader.toArraySync()).toEqual([{ key: 1, value: { two: 7n } }]);
  });

  test("with names that are not C", async () => {
    const object = objectOf((b) => {
      const members = [{ name: "packets", type: b.int("u64", 8), bitOffset: 0 }];
      for (const name of ["Stat<u64>", "main.Val", "FlowValue"]) b.struct(name, 8, members);
    });
    const path = pinned("untyped", "untyped");
    for (const type of ["Stat<u64>", "struct Stat<u64>", "main.Val", "FlowValue"]) {
      expect(await rows(path, object, "--value-type", type, "--key-type", "u32")).toBe(
        '{"key":1,"value":{"packets":7}}\n',
      );
    }
    expect(await rows(path, object, "--value-type", '"Stat<u64>"[1]', "--key-type", "u32")).toBe(
      '{"key":1,"value":[{"packets":7}]}\n',
    );
    expect(await rows(path, object, "--value-type", "FlowValeu")).toMatch(/did you mean `struct FlowValue`\?/);
  });

  test("of a module are read on the base that is given, or with what it has of it", async () => {
    const base = new BtfBuilder();
    const u64 = base.int("unsigned long", 8);
    const hook = base.struct("hook", 8, [{ name: "hits", type: u64, bitOffset: 0 }]);
    const split = new BtfBuilder(base);
    split.struct("nat", 8, [{ name: "hook", type: hook, bitOffset: 0 }]);
    const [kernel, module] = [join(scratch.folder, "vmlinux"), join(scratch.folder, "nat.ko")];
    writeFileSync(kernel, elfWithBtf(base.build(), SHAPE));
    writeFileSync(module, elfWithBtf(split.build(), SHAPE));
    const path = pinned("nat", "nat");
    const given = ["--value-type", "struct nat", "--key-type", "u32"];
    expect(await rows(path, module, ...given, "--btf-base", kernel)).toBe('{"key":1,"value":{"hook":{"hits":7}}}\n');
    expect(await rows(path, module, ...given)).toMatch(
      /does not fit its base \(of another kernel\? --btf-base FILE names|needs its base \(--btf-base FILE/,
    );
    const distilled = new BtfBuilder();
    distilled.int("unsigned long", 8);
    distilled.struct("hook", 8, []);
    const onDistilled = new BtfBuilder(distilled);
    onDistilled.struct("nat", 8, [{ name: "hook", type: 2, bitOffset: 0 }]);
    writeFileSync(
      module,
      buildElf(SHAPE, [
        { name: ".BTF", bytes: onDistilled.build() },
        { name: ".BTF.base", bytes: distilled.build() },
      ]),
    );
    expect(await rows(path, module, ...given, "--btf-base", kernel)).toBe('{"key":1,"value":{"hook":{"hits":7}}}\n');
    expect(await rows(path, module, ...given)).toMatch(
      /^Note: .*: the BTF has struct hook without its members, .*\n\{"key":1,"value":\{"hook":\{\}\}\}\n$/,
    );
    using reader = openMap({ pinned: path }, { types: { btf: module, btfBase: kernel, value: "nat", key: "u32" } });
    expect(reader.toArraySync()).toEqual([{ key: 1, value: { hook: { hits: 7n } } }]);
    const alone = await runOurs(["dump", "pinned", path, "--btf-base", kernel]);
    expect(alone.stderr).toMatch(/--btf-base needs --btf|--btf-base.*--btf/);
  });

  function openMapId(fd: number): number {
    using reader = openMap({ fd });
    return reader.info.id;
  }
});
