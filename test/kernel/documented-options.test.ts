import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Use } from "../../src/cli/args/commands.ts";
import { flagsOf, isUsedIn } from "../../src/cli/args/flags.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, loadBtf, updateElement } from "../helpers/bpf.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { connectionBtf, connectionMap } from "../helpers/connections.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Scratch } from "../helpers/scratch.ts";

/**
 * The uses of commands that read entries, with the words behind a map, and the flags without which they wouldn't end.
 */
const USES: Readonly<Partial<Record<Use, { readonly words?: readonly string[]; readonly flags?: readonly string[] }>>> =
  {
    list: {},
    dump: {},
    lookup: { words: ["key", "1", "0", "0", "0", "0xe9", "3", "0", "0"] },
    getnext: {},
    peek: {},
    save: { words: ["TARGET"] },
    "schema show": {},
    "schema export": {},
    "schema check": { words: ["SCHEMA"] },
    generate: {},
    stats: {},
    diff: { words: ["MAP"] },
    watch: { flags: ["--count", "1"] },
    "dump --watch": { flags: ["--count", "1"] },
    "stats --watch": { flags: ["--count", "1"] },
    top: { flags: ["--count", "1"] },
    report: { flags: ["--force"] },
  };

/** What `serve` takes, which reads no map that it is told; `--once` excludes what is about listening. */
const SERVE_FLAGS_ONCE: Readonly<Record<string, readonly string[]>> = {
  once: [],
  timeout: ["5s"],
  cpu: ["2%"],
  exact: [],
  "log-format": ["json"],
};
const SERVE_FLAGS_ELSEWHERE = ["listen", "allow-host", "max-age", "config", "check", "no-page", "web.config.file"];

/**
 * A value for each flag that has one, and the flags that it needs beside it. Flags of events alone run in
 * events.test.ts.
 */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  where: ["value.packets >= 1"],
  select: ["value.packets"],
  sort: ["value.packets:desc"],
  top: ["2", "--sort", "value.packets"],
  limit: ["2"],
  key: ['{"addr":1,"port":1001}'],
  "per-cpu": ["sum"],
  "group-by": ["value.state"],
  agg: ["count()", "--group-by", "value.state"],
  "max-groups": ["9", "--group-by", "value.state"],
  output: ["ndjson"],
  render: ["key.port=port"],
  int64: ["string", "--limit", "2"],
  enums: ["both"],
  scale: ["log2", "-o", "hist"],
  color: ["always"],
  config: ["CONFIG"],
  text: ["escape"],
  "csv-safe": ["-o", "csv"],
  "with-meta": ["-o", "ndjson"],
  to: ["TARGET", "--force"],
  dir: ["HISTORY", "-o", "parquet"],
  rotate: ["1h", "-o", "parquet", "--dir", "HISTORY"],
  host: ["a", "-o", "parquet", "--dir", "HISTORY"],
  "btf-base": ["BASE", "--btf", "MODULE", "--key-type", "struct module_key", "--value-type", "struct module_value"],
  btf: ["BTF", "--key-type", "struct conn_key", "--value-type", "struct conn_val"],
  "key-type": ["struct { u32 addr; u16 port; }"],
  "value-type": ["struct { u64 packets; u32 state; char comm[16]; }"],
  schema: ["SCHEMA"],
  format: ["c"],
  interval: ["10ms"],
  count: ["1"],
  warn: ["50"],
  cpu: ["2%"],
  compat: ["7.1"],
};

/** Values that fit a use better. */
const OTHER_VALUES: Readonly<Record<string, readonly string[]>> = {
  "list --where": ["memlock > 1"],
  "list --select": ["id,name"],
  "list --sort": ["memlock:desc"],
  "list --top": ["2", "--sort", "id"],
  "list --type": ["hash,queue"],
  "stats --where": ["ratio > 0.01"],
  "stats --sort": ["ratio:desc,name"],
  "stats --top": ["2"],
  "stats --group-by": ["type"],
  "stats --watch --where": ["ratio > 0.01"],
  "stats --watch --sort": ["ratio:desc,name"],
  "stats --watch --top": ["2"],
  "top --where": ["ratio > 0.01"],
  "top --sort": ["ratio:desc,name"],
  "top --top": ["2"],
  "dump --count-only": [],
  "dump --force": ["--to", "TARGET"],
  "diff --agg": ["value.packets=max"],
  "watch --agg": ["value.packets=max"],
  "dump --watch --agg": ["value.packets=max"],
  "diff --output": ["json"],
  "generate --output": ["TARGET"],
  "report --output": ["TARGET"],
  "schema export --output": ["TARGET"],
  "lookup --int64": ["string"],
  "peek --int64": ["string"],
  "peek --select": ["value"],
  "peek --render": ["value=hex"],
  "peek --value-type": ["u64"],
  "peek --btf": ["BTF", "--value-type", "u64"],
  "peek --btf-base": ["BASE", "--btf", "MODULE", "--value-type", "u64"],
  "diff --int64": ["string"],
  "watch --int64": ["string"],
  "dump --watch --int64": ["string"],
};

/** The map of a use and a flag: the connection table, unless they need another kind. */
function mapFor(use: Use, flag: string | undefined, values: readonly string[]): string {
  if (use === "peek") return "queue";
  if (flag === "recursive") return "outer";
  if (flag === "scale") return "hist";
  return flag === "per-cpu" || values[0] === "value.packets=max" ? "percpu" : "hash";
}

/** Flags that another test runs. */
const ELSEWHERE = ["help", "version", "watch", "wait", "type", "types", "type-by", "check", "all"];

/** What is printed of a snapshot and of the live map differs: a time, descriptors, the inner maps, the host. */
function isLiveOnly(use: Use, flag: string | undefined): boolean {
  return (
    ["stats", "stats --watch", "top", "list", "save", "report"].includes(use) ||
    flag === "recursive" ||
    flag === "with-meta"
  );
}

liveSuite("each documented option, on a live map and on a snapshot of it", ["kernel"], () => {
  const scratch = new Scratch();
  const pins: Record<string, string> = {};
  const files: Record<string, string> = {};

  beforeAll(async () => {
    const maps: Record<string, Fd> = {
      hash: scratch.own(connectionMap(5000)),
      percpu: scratch.own(perCpuMap()),
      outer: scratch.own(outerMap()),
      hist: scratch.own(histMap()),
      queue: scratch.own(queueMap()),
    };
    for (const [name, fd] of Object.entries(maps)) {
      pins[name] = scratch.pin(fd, name);
      files[name] = join(scratch.folder, `${name}.ndjson`);
      // The elements of a queue can't be listed, so there is no snapshot of one.
      if (name !== "queue") expect((await runOurs(["save", "pinned", pins[name], files[name]])).status).toBe(0);
    }
    writeFileSync(join(scratch.folder, "types.btf"), connectionBtf().bytes);
    const [base, module] = moduleBtf();
    writeFileSync(join(scratch.folder, "base.btf"), base);
    writeFileSync(join(scratch.folder, "module.btf"), module);
    writeFileSync(join(scratch.folder, "config.yaml"), "render: { key.port: port }\n");
    const { stdout } = await runOurs(["schema", "export", "pinned", pins.hash ?? ""]);
    writeFileSync(join(scratch.folder, "conns.schema.json"), stdout);
  });
  afterAll(() => scratch[Symbol.dispose]());

  describe.each(Object.keys(USES) as Use[])("%s", (use) => {
    const flags = flagsOf(use)
      .map(({ flag }) => flag)
      .filter((flag) => isUsedIn(flag, use) && flag.ignored !== true && !ELSEWHERE.includes(flag.name));
    test.each([undefined, ...flags.map(({ name }) => name)])("%s", async (name) => {
      const flag = flags.find((one) => one.name === name);
      const values = OTHER_VALUES[`${use} --${name}`] ?? VALUES[name ?? ""] ?? [];
      if (flag?.value !== undefined) expect(values.length).toBeGreaterThan(0);
      const map = mapFor(use, name, values);
      const given = name === undefined ? [] : [`--${name}`, ...values];
      const live = await run(use, ["pinned", pins[map] ?? ""], given);
      const saved = use === "peek" ? live : await run(use, ["file", files[map] ?? ""], given);
      expect(live.status).toBe(saved.status);
      // 1 and 2 of schema check: fields that differ from those of the file; 4: a map is as full as that.
      expect([0, 1, 4, ...(use === "schema check" ? [2] : [])]).toContain(live.status);
      expect(live.stderr + saved.stderr).not.toMatch(/closed descriptor|fault of ebpf-map|^Error/m);
      if (!isLiveOnly(use, name)) expect(live.stdout).toBe(saved.stdout);
    });
  });

  test.each(
    flagsOf("serve")
      .map(({ flag }) => flag)
      .filter((flag) => isUsedIn(flag, "serve") && flag.ignored !== true && flag.uses !== "all")
      .map(({ name }) => name),
  )("serve %s", async (name) => {
    // Those of a server that listens, and of configurations, run in serve.test.ts, serve-config.test.ts and
    // serve-access.test.ts.
    if (SERVE_FLAGS_ELSEWHERE.includes(name)) return;
    const values = SERVE_FLAGS_ONCE[name];
    expect(values).toBeDefined();
    const { status, stdout } = await runOurs([
      "serve",
      "--once",
      ...(name === "once" ? [] : [`--${name}`, ...(values ?? [])]),
    ]);
    expect(status).toBe(0);
    expect(stdout.toString()).toContain("\nebpf_map_scrape_duration_seconds ");
  });

  test("schema check --values of an array, whose entries are mapped or read in one go", async () => {
    const path = scratch.pin(scratch.own(arrayMap()), "array");
    const file = join(scratch.folder, "array.schema.json");
    const exported = await runOurs(["schema", "export", "pinned", path, "-o", file]);
    expect(exported).toMatchObject({ status: 0, stderr: "" });
    const { stdout, status } = await runOurs(["schema", "check", "pinned", path, file, "--values"]);
    expect(stdout.toString()).toBe("the map is as the schema says\n4 entries checked, 0 invalid\n");
    expect(status).toBe(0);
  });

  /** Runs a command on a map; what it writes to a file is what it prints. */
  async function run(use: Use, map: readonly string[], given: readonly string[]) {
    const target = join(scratch.folder, "target");
    const { words = [], flags = [] } = USES[use] ?? {};
    const places: Readonly<Record<string, readonly string[]>> = {
      MAP: map,
      TARGET: [target],
      HISTORY: [join(scratch.folder, "history")],
      SCHEMA: [join(scratch.folder, "conns.schema.json")],
      CONFIG: [join(scratch.folder, "config.yaml")],
      BTF: [join(scratch.folder, "types.btf")],
      BASE: [join(scratch.folder, "base.btf")],
      MODULE: [join(scratch.folder, "module.btf")],
    };
    const fill = (all: readonly string[]): string[] => all.flatMap((word) => places[word] ?? word);
    const key = given.includes("--per-cpu") ? ["key", "0", "0", "0", "0"] : given.includes("--key") ? [] : words;
    const line = [
      ...use.split(" "),
      ...map,
      ...fill(use === "lookup" ? key : words),
      ...fill(given),
      ...(given.includes("--count") ? [] : flags),
    ];
    const again = use === "save" && !given.includes("--force") ? [...line, "--force"] : line;
    const { stdout, stderr, status } = await runOurs(again);
    const written = [...words, ...given].includes("TARGET") ? readFileSync(target, "utf8") : "";
    const text = (stdout.toString() + written)
      .replace(/"(?:time|bootTimeOffsetNs|sha256|crc32|crc|digest|checksum)":"?[^",}]*"?/g, "")
      .replaceAll(map[1] ?? "", "MAP");
    return { stdout: text, stderr, status };
  }
});

/** BTF of a kernel, and that of a module which builds on it: types of the sizes of the connection table's. */
function moduleBtf(): [base: Uint8Array, module: Uint8Array] {
  const base = new BtfBuilder();
  const u32 = base.int("unsigned int", 4);
  const u64 = base.int("unsigned long long", 8);
  const module = new BtfBuilder(base);
  const field = (name: string, type: number, bitOffset: number) => ({ name, type, bitOffset });
  module.struct("module_key", 8, [field("addr", u32, 0), field("port", u32, 32)]);
  module.struct(
    "module_value",
    32,
    [0, 1, 2, 3].map((i) => field(`word${i}`, u64, i * 64)),
  );
  return [base.build(), module.build()];
}

function perCpuMap(): Fd {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const value = btf.struct("hits", 8, [{ name: "packets", type: btf.int("unsigned long long", 8), bitOffset: 0 }]);
  using fd = loadBtf(btf.build());
  const map = createMap({ type: "percpu_hash", keySize: 4, valueSize: 8, maxEntries: 8, btf: { fd, key, value } });
  const values = new BigUint64Array(new LinuxKernel().possibleCpus()).fill(3n);
  updateElement(map, new Uint8Array(4), new Uint8Array(values.buffer));
  return map;
}

function outerMap(): Fd {
  const inner = connectionMap(2, { name: "inner" });
  const outer = createMap({ type: "hash_of_maps", keySize: 4, valueSize: 4, maxEntries: 2, inner });
  updateElement(outer, new Uint8Array(4), new Uint8Array(Int32Array.of(inner.number).buffer));
  inner[Symbol.dispose]();
  return outer;
}

function histMap(): Fd {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const slots = btf.array(btf.int("unsigned int", 4), 8);
  const value = btf.struct("hist", 32, [{ name: "slots", type: slots, bitOffset: 0 }]);
  using fd = loadBtf(btf.build());
  const map = createMap({ type: "hash", keySize: 4, valueSize: 32, maxEntries: 2, btf: { fd, key, value } });
  updateElement(map, new Uint8Array(4), new Uint8Array(Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer));
  return map;
}

function queueMap(): Fd {
  const map = createMap({ type: "queue", keySize: 0, valueSize: 8, maxEntries: 4 });
  updateElement(map, null, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  return map;
}

function arrayMap(): Fd {
  const btf = new BtfBuilder();
  const u64 = btf.int("unsigned long long", 8);
  const key = btf.int("unsigned int", 4);
  const value = btf.struct("pair", 16, [
    { name: "a", type: u64, bitOffset: 0 },
    { name: "b", type: u64, bitOffset: 64 },
  ]);
  using fd = loadBtf(btf.build());
  return createMap({ type: "array", keySize: 4, valueSize: 16, maxEntries: 4, btf: { fd, key, value } });
}
