import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { connectionBtf, connectionBytes } from "../../../helpers/connections.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { ORIGIN, type SampleMap, sampleMap } from "../../snapshot/sample-maps.ts";
import { type MainRun, runMain } from "../run-main.ts";

const scratch = useScratch();
const entries = [[connectionBytes(1).key, connectionBytes(1).value]] as const;
const info = { keySize: 8, valueSize: 32 };

/** A layout of the map as bytes of u64, under a name that tells which file was taken. */
function schema(field: string, more: object = {}): string {
  const element = { kind: "int", type: "u64", size: 8, encoding: "unsigned" };
  const fields = [0, 1, 2, 3].map((i) => ({ name: `${field}${i}`, offset: 8 * i, of: element }));
  const value = { kind: "struct", type: `struct ${field}`, size: 32, fields };
  return JSON.stringify(
    { format: "ebpf-map-schema", version: 1, layouts: [{ map: "conn*", value, ...more }] },
    null,
    1,
  );
}

let bare = "";
let typed = "";

beforeEach(async () => {
  const save = async (name: string, map: SampleMap): Promise<string> => {
    const file = join(scratch.folder, name);
    await saveSnapshot(file, [sampleMap(map)], { ...ORIGIN, force: true });
    return file;
  };
  const { bytes, key, value } = connectionBtf();
  bare = await save("bare.ndjson", { info, entries });
  const types = { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value } as const;
  typed = await save("typed.ndjson", { info: { ...info, btfId: 5 }, entries, types });
  mkdirSync(join(scratch.folder, "ebpf-map", "schemas"), { recursive: true });
});

const inFolder = (name: string, text: string): void =>
  writeFileSync(join(scratch.folder, "ebpf-map", "schemas", name), text);
const inConfig = (text: string): void => writeFileSync(join(scratch.folder, "ebpf-map", "config.yaml"), text);

function dump(file: string, ...options: string[]): Promise<MainRun> {
  return runMain(["dump", "file", file, "-o", "ndjson", ...options], { env: { XDG_CONFIG_HOME: scratch.folder } });
}

/** The first field of the value: its name says which layout was taken; undefined for bytes. */
async function fieldOf(file: string, ...options: string[]): Promise<string | undefined> {
  const { stdout } = await dump(file, ...options);
  const { value } = JSON.parse(stdout) as { value: string | object };
  return typeof value === "string" ? undefined : Object.keys(value)[0];
}

describe("what counts", () => {
  test("explicit types, the map's own, --schema, the configuration file, its folder by name, bytes", async () => {
    expect(await fieldOf(bare)).toBeUndefined();
    expect((await dump(bare)).stderr).toMatch(/^Note: .* has no types \(.*\); showing bytes\n$/);
    inFolder("b.json", schema("later"));
    inFolder("a.json", schema("folder"));
    expect(await fieldOf(bare)).toBe("folder0");
    writeFileSync(join(scratch.folder, "listed.json"), schema("listed"));
    inConfig("schemas: [../listed.json]\n");
    expect(await fieldOf(bare)).toBe("listed0");
    writeFileSync(join(scratch.folder, "named.json"), schema("named"));
    const named = ["--schema", join(scratch.folder, "named.json")];
    expect(await fieldOf(bare, ...named)).toBe("named0");
    expect(await fieldOf(typed, ...named)).toBe("packets");
    const explicit = ["--key-type", "u64", "--value-type", "struct { u64 explicit[4]; }"];
    expect(await fieldOf(bare, ...named, ...explicit)).toBe("explicit");
    expect(await fieldOf(typed, ...named, ...explicit)).toBe("explicit");
  });

  test("the layout whose pattern and kernel fit", async () => {
    inFolder("a.json", schema("other", { map: "stats*" }));
    inFolder("b.json", schema("old", { kernel: "<6.1" }));
    inFolder("c.json", schema("fitting", { kernel: ">=6.1 <6.2" }));
    expect(await fieldOf(bare)).toBe("fitting0");
  });

  test("HOME, where XDG_CONFIG_HOME isn't set; files that are no JSON are not looked at", async () => {
    mkdirSync(join(scratch.folder, ".config", "ebpf-map", "schemas"), { recursive: true });
    const folder = join(scratch.folder, ".config", "ebpf-map", "schemas");
    writeFileSync(join(folder, "a.txt"), "no schema");
    writeFileSync(join(folder, "b.json"), schema("home"));
    const { stdout, stderr } = await runMain(["dump", "file", bare, "-o", "json"], { env: { HOME: scratch.folder } });
    expect([stdout.includes("home0"), stderr]).toEqual([true, ""]);
  });

  test("bpftool's formats show such types, too; a snapshot keeps to the map's own", async () => {
    inFolder("a.json", schema("folder"));
    const env = { XDG_CONFIG_HOME: scratch.folder };
    const { stdout } = await runMain(["-j", "dump", "file", bare], { env });
    expect(JSON.parse(stdout)[0].formatted.value.folder0).toBe(1);
    const again = join(scratch.folder, "again.ndjson");
    await runMain(["save", "file", bare, again], { env });
    expect((await runMain(["-j", "dump", "file", again])).stdout).not.toContain("formatted");
  });
});

describe("a mistake", () => {
  const PLACE = `${join("ebpf-map", "schemas", "a.json")}:`;

  test("in a file of the folder is told with its place, and the other files count", async () => {
    inFolder("a.json", schema("broken").replace('"size": 32', '"sise": 32'));
    inFolder("b.json", schema("sound"));
    const { stdout, stderr, status } = await dump(bare);
    expect([stdout.includes("sound0"), status]).toEqual([true, 0]);
    expect(stderr).toMatch(
      /^Warning: read a schema: \/.*a\.json:\d+:\d+: layouts\[0\]\.value\.sise: there is no such property here; did you mean `size`\?\n$/,
    );
  });

  test("with nothing else leaves the bytes", async () => {
    inFolder("a.json", "{\n  oops");
    const { stdout, stderr, status } = await dump(bare);
    expect([stdout.includes('"value":"01'), status]).toEqual([true, 0]);
    expect(stderr).toContain(`${PLACE}2:3: the file: `);
  });

  test("in a file of the folder is nothing to a map that has types", async () => {
    inFolder("a.json", "{");
    expect(await dump(typed)).toMatchObject({ stderr: "", status: 0 });
  });

  test("of size is told with both numbers", async () => {
    inFolder("a.json", schema("large").replace('"size": 32', '"size": 40'));
    const { stdout, stderr } = await dump(bare);
    expect(stdout).toContain('"value":"01');
    expect(stderr).toContain("the schema's value has 40 bytes, the map's values have 32");
  });

  test.each([
    ["schemas: nothing.json\n", "config.yaml:1:10: schemas needs a list of files (- FILE)"],
    ["schemas:\n  - nothing.json\n", "config.yaml:2:5: there is no "],
    ["schemas:\n  - {}\n", "config.yaml:2:5: the path of a file is needed here"],
    ["schema:\n  - x.json\n", "config.yaml:1:1: nothing is called `schema` here; did you mean `schemas`?"],
  ])("in the configuration file ends the command: %j", async (text, message) => {
    inConfig(text);
    const { stderr, status } = await dump(bare);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
  });

  test("in --schema FILE ends the command, also where the map has types", async () => {
    const file = join(scratch.folder, "named.json");
    writeFileSync(file, schema("x").replace('"kind": "struct"', '"kind": "strukt"'));
    for (const map of [bare, typed]) {
      const { stderr, status } = await dump(map, "--schema", file);
      expect(stderr).toMatch(/named\.json:\d+:\d+: layouts\[0\]\.value\.kind: expected one of /);
      expect(status).toBe(255);
    }
    writeFileSync(file, schema("x", { map: "other" }));
    const { stdout, stderr } = await dump(bare, "--schema", file);
    expect(stdout).toContain('"value":"01');
    expect(stderr).toContain("named.json has no layout for");
  });
});
