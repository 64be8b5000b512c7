import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { openMap } from "../../../../src/index.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { connectionBtf, connectionBytes } from "../../../helpers/connections.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { runOurs } from "../../../helpers/run-ours.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { ORIGIN, sampleMap } from "../../snapshot/sample-maps.ts";

const scratch = useScratch();

async function snapshot(typed = true): Promise<string> {
  const { bytes, key, value } = connectionBtf();
  const types = { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value } as const;
  const path = join(scratch.folder, "conns.ndjson");
  const entries = [0, 1].map((i) => [connectionBytes(i).key, connectionBytes(i).value] as const);
  const map = {
    info: { keySize: 8, valueSize: 32, btfId: 5 },
    entries,
    types: typed ? types : ({ state: "none" } as const),
  };
  await saveSnapshot(path, [sampleMap(map)], { ...ORIGIN, force: true });
  return path;
}

test("writes a file, and says when it is out of date", async () => {
  const path = join(scratch.folder, "conns.ts");
  const args = ["generate", "file", await snapshot(), "-o", path];
  expect(await runOurs([...args, "--check"])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("out of date"),
  });
  expect(await runOurs(args)).toMatchObject({ status: 0, stderr: "" });
  expect(readFileSync(path, "utf8")).toContain("export function openConns(");
  expect(await runOurs([...args, "--check"])).toMatchObject({ status: 0, stderr: "" });
  writeFileSync(path, "// edited\n");
  expect(await runOurs([...args, "--check"])).toMatchObject({ status: 1 });
});

test("prints without a file", async () => {
  const { stdout } = await runOurs(["generate", "file", await snapshot()]);
  expect(stdout.toString()).toContain("export interface ConnVal {");
});

test("needs no map where types are given", async () => {
  const { stdout } = await runOurs(["generate", "--value-type", "struct flow { u64 hits; }", "--key-type", "u32"]);
  expect(stdout.toString()).toContain("export function openFlow(");
  expect(stdout.toString()).toContain("readonly hits: bigint;");
});

test("a generated file reads a snapshot as openMap does, and refuses one of another layout", async () => {
  const file = await snapshot();
  const path = join(scratch.folder, "conns.ts");
  expect(await runOurs(["generate", "file", file, "-o", path])).toMatchObject({ status: 0 });
  const runtime = JSON.stringify(repositoryPath("src", "codegen", "runtime.ts"));
  writeFileSync(path, readFileSync(path, "utf8").replace('"ebpf-map/runtime"', runtime));
  const { openConns } = (await import(path)) as { openConns: typeof openMap };
  using plain = await openMap({ file });
  using generated = await openConns({ file });
  expect(await generated.toArray()).toEqual(await plain.toArray());
  expect(await generated.count()).toBe(2);
  expect(await generated.get({ addr: 1, port: 1001 })).toEqual(await plain.get({ addr: 1, port: 1001 }));
  const mismatch = expect.objectContaining({ code: "SCHEMA_MISMATCH" });
  await expect(openConns({ file: await snapshot(false) })).rejects.toThrow(mismatch);
});

test("takes types of a BTF into a file, with the units that tags give", async () => {
  const btf = new BtfBuilder();
  const u64 = btf.int("u64", 8);
  const flow = btf.struct("flow", 24, [
    { name: "rtt", type: u64, bitOffset: 0 },
    { name: "rate", type: u64, bitOffset: 64 },
    { name: "hits", type: u64, bitOffset: 128 },
  ]);
  btf.declTag("ebpf-map:duration", flow, 0);
  btf.declTag("ebpf-map:unit=packets/s", flow, 1);
  const [from, to] = [join(scratch.folder, "prog.btf"), join(scratch.folder, "flow.ts")];
  writeFileSync(from, btf.build());
  const args = ["generate", "--btf", from, "--key-type", "u64", "--value-type", "struct flow", "-o", to];
  expect(await runOurs(args)).toMatchObject({ status: 0, stderr: "" });
  const text = readFileSync(to, "utf8");
  expect(text).toContain("/** `u64` at 0, in ns. */\n  readonly rtt: bigint;");
  expect(text).toContain("/** `u64` at 8, in packets/s. */\n  readonly rate: bigint;");
  expect(text).toContain("/** `u64` at 16. */\n  readonly hits: bigint;");
  expect(await runOurs([...args, "--check"])).toMatchObject({ status: 0, stderr: "" });
});

test.each<[string, (path: string) => string[], number, string]>([
  ["a map without types", (path) => ["file", path], 255, "it has no types"],
  [
    "a file that can't be written",
    (path) => ["file", path, "-o", "/no/such/folder/x.ts", "--value-type", "u8[32]"],
    1,
    "write /no/such/folder/x.ts",
  ],
  ["no map", () => [], 255, "Usage: ebpf-map generate MAP [-o FILE]\n"],
  ["a word too many", (path) => ["file", path, "conns.ts"], 255, "Usage: ebpf-map generate MAP [-o FILE]\n"],
  ["a check of nothing", (path) => ["file", path, "--value-type", "u8[32]", "--check"], 255, "-o FILE"],
])("%s", async (_, words, status, message) => {
  const run = await runOurs(["generate", ...words(await snapshot(false))]);
  expect(run.stderr).toContain(message);
  expect(run.status).toBe(status);
});
