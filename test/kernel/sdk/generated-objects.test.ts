import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { type EventStream, openMap, type Reader, type StreamEvent, save } from "../../../src/index.ts";
import { openPinnedMap, updateElement } from "../../helpers/bpf.ts";
import { runBpftool } from "../../helpers/bpftools.ts";
import { compileObject, loadObject } from "../../helpers/objects.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { runOurs } from "../../helpers/run-ours.ts";
import { loadStreams } from "../../helpers/streams.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

type Openers = Readonly<Record<string, (handle: object, options?: object) => unknown>>;

liveSuite("a file generated for a whole object", ["kernel", "bpftools", "clang", "libbpf"], () => {
  const scratch = useScratch();

  async function generated(object: string, ...flags: readonly string[]): Promise<Openers> {
    const path = join(scratch.folder, `${object}.ts`);
    const file = await compileObject(scratch, object);
    const run = await runOurs(["generate", "--btf", file, "--all", ...flags, "-o", path]);
    expect(run).toMatchObject({ status: 0, stderr: "" });
    return imported(path);
  }

  async function imported(path: string): Promise<Openers> {
    const runtime = JSON.stringify(repositoryPath("src", "codegen", "runtime.ts"));
    writeFileSync(path, readFileSync(path, "utf8").replace('"ebpf-map/runtime"', runtime));
    return (await import(path)) as Openers;
  }

  test("reads global data by section, as openMap does, live and from a snapshot", async () => {
    const module = await generated("globals");
    const paths = await loadObject(scratch, "globals");
    const sections = { bss: "readBss", data: "readData", rodata: "readRodata", custom: "readDataCustom" };
    for (const [section, read] of Object.entries(sections)) {
      const pinned = paths.find((path) => path.endsWith(section)) ?? "";
      using plain = openMap({ pinned });
      const [entry] = plain.toArraySync();
      expect(module[read]?.({ pinned })).toEqual(entry?.value);
      const file = join(scratch.folder, `${section}.ndjson`);
      await save({ pinned }, file);
      expect(await module[read]?.({ file })).toEqual(entry?.value);
    }
    const data = module.readData?.({ pinned: paths.find((path) => path.endsWith("globals_data")) }) as object;
    expect(data).toMatchObject({ counter: 5n, negative: -3, enabled: true, quoted: 'a "quoted" \\ text' });
    expect(() => module.readBss?.({ pinned: paths.find((path) => path.endsWith("rodata")) })).toThrow(
      expect.objectContaining({ code: "SCHEMA_MISMATCH" }),
    );
  });

  test.each([
    [
      "connections",
      "comms connections first_inner handlers pending per_cpu_conns routes second_inner slots statistics",
    ],
    [
      "manual",
      "backlog bss drops flows hits processes quota rodata routes rtt_us talkers tenant_a tenant_b tenants visitors",
    ],
    ["aging", "aging"],
  ])("opens every map of %s as openMap does", async (object, expected) => {
    const module = await generated(object);
    const openers = new Map(Object.keys(module).map((name) => [name.toLowerCase(), name]));
    const opened: string[] = [];
    for (const pinned of await loadObject(scratch, object)) {
      const name = basename(pinned).replace(/^.*_(?=(bss|data|rodata)$)/, "");
      const open = openers.get(`open${name.replaceAll("_", "")}`);
      if (open === undefined) continue;
      using plain = openMap({ pinned });
      using reader = module[open]?.({ pinned }) as Reader;
      if (plain.type === "queue" || plain.type === "stack") expect(reader.peekSync()).toEqual(plain.peekSync());
      else if (!plain.schema.isTyped) expect([...reader.valuesSync()]).toEqual([...plain.valuesSync()]);
      else expect(reader.toArraySync()).toEqual(plain.toArraySync());
      opened.push(name);
    }
    expect(opened.sort().join(" ")).toBe(expected);
  });

  test("is the same for an object that went through a linker, which places the variables", async () => {
    const compiled = await compileObject(scratch, "globals");
    const linked = join(scratch.folder, "linked", "globals.o");
    mkdirSync(join(scratch.folder, "linked"));
    expect(await runBpftool("7.8", ["gen", "object", linked, compiled])).toMatchObject({ status: 0 });
    const text = async (file: string): Promise<string> =>
      (await runOurs(["generate", "--btf", file, "--all"])).stdout.toString();
    const parts = async (file: string): Promise<string[]> => (await text(file)).split("\n").sort();
    expect(await parts(linked)).toEqual(await parts(compiled));
    expect(await text(linked)).toContain("export function readDataCustom(");
  });

  test("a map whose types the kernel doesn't keep is compared by its sizes", async () => {
    const module = await generated("manual");
    const paths = await loadObject(scratch, "manual");
    const pinned = paths.find((path) => path.endsWith("tenants")) ?? "";
    using reader = module.openTenants?.({ pinned }) as Reader<unknown, number>;
    for (const { value } of reader.toArraySync()) expect(value).toEqual(expect.any(Number));
    expect(() => module.openTenants?.({ pinned: paths.find((path) => path.endsWith("quota")) })).toThrow(
      expect.objectContaining({ code: "SCHEMA_MISMATCH" }),
    );
  });

  test("opens streams by the types that the object keeps, or that flags name", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 6);
    const module = await generated("streams");
    const pinned = fixture.map("ring");
    const chosen = module.openRingStream?.({ pinned }, { type: "struct event", from: "oldest" }) as Events;
    expect(await take(chosen, 6)).toMatchObject([0, 1, 2, 3, 4, 5].map((i) => ({ value: { seq: BigInt(i) } })));
    expect(() => module.openRingStream?.({ pinned }, { type: "struct none" })).toThrow('type is "struct event" or');
    expect(() => module.openRingStream?.({ pinned }, {})).toThrow(expect.objectContaining({ code: "USAGE" }));
    expect(() => module.openRingStream?.({ pinned }, { type: "struct event", int64: "string" })).toThrow(
      "there is no option int64",
    );
    expect(() => module.openPipeStream?.({ pinned }, { type: "struct event", attach: true })).toThrow(
      expect.objectContaining({ code: "SCHEMA_MISMATCH", message: expect.stringContaining("this is a ring buffer") }),
    );
    expect(() => module.openCounts?.({ pinned })).toThrow(expect.objectContaining({ code: "SCHEMA_MISMATCH" }));

    const path = join(scratch.folder, "ring.ts");
    const cases = "0=struct event,1=struct { u64 seq; u8 rest[40]; }";
    const words = ["generate", "pinned", pinned, "--types", cases, "--type-by", "u32@20", "-o", path];
    expect(await runOurs(words)).toMatchObject({ status: 0, stderr: "" });
    const tagged = (await imported(path)).openRingStream?.({ pinned }, { from: "oldest" }) as Events;
    expect((await take(tagged, 4)).map(({ type }) => type)).toEqual([
      "struct event",
      "struct { u64 seq; u8 rest[40]; }",
      undefined,
      undefined,
    ]);
  });

  test("a perf event array is attached to, and its short events are cut", async () => {
    const fixture = await loadStreams(scratch);
    const module = await generated("streams", "--type", "struct event");
    using pipe = module.openPipeStream?.({ pinned: fixture.map("pipe") }, { attach: true }) as Events;
    await fixture.emit("emit_perf", 2);
    expect(await take(pipe, 2)).toMatchObject([{ value: { pid: 1000 } }, { value: { pid: 1001 }, fit: "exact" }]);
    await fixture.emit("emit_cut", 1);
    using ring = module.openRingStream?.({ pinned: fixture.map("ring") }, { from: "oldest" }) as Events;
    expect((await take(ring, 1))[0]).toMatchObject({ fit: "short", value: { seq: 7n, bytes: null } });
    const counts = openPinnedMap(fixture.map("counts"));
    updateElement(scratch.own(counts), new Uint8Array(4), Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0));
    using reader = module.openCounts?.({ pinned: fixture.map("counts") }) as Reader<number, bigint>;
    expect(reader.getSync(0)).toBe(9n);
  });

  test("says what it has nothing for, and refuses flags that mean nothing", async () => {
    const file = await compileObject(scratch, "streams");
    const refuse = async (message: string, ...words: readonly string[]): Promise<void> => {
      const run = await runOurs(["generate", ...words]);
      expect(run).toMatchObject({ status: 255, stderr: expect.stringContaining(message) });
    };
    await refuse("--all is for an object file", "id", "1", "--btf", file, "--all");
    await refuse("--all needs --btf", "--all");
    await refuse("there is no type 'struct none'", "--btf", file, "--all", "--type", "struct none");
    await refuse("it declares no map", "--btf", "/sys/kernel/btf/vmlinux", "--all");
    const fixture = await loadStreams(scratch);
    await refuse("--type and --types are for streams", "pinned", fixture.map("counts"), "--type", "u64");
  });
});

type Events = EventStream<Record<string, unknown>>;

async function take(stream: Events, count: number): Promise<StreamEvent<Record<string, unknown>>[]> {
  const events: StreamEvent<Record<string, unknown>>[] = [];
  for await (const event of stream) if (events.push(event) === count) break;
  return events;
}
