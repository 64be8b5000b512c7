import { chmodSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { type Run, run } from "../helpers/bpftools.ts";
import { connectionMap } from "../helpers/connections.ts";
import { compileObject, fillAtRandom, loadObject } from "../helpers/objects.ts";
import { Random } from "../helpers/random.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const KEY = "struct { u32 addr; u16 port; }";
const VALUE = "struct { u64 packets; enum { ST_NEW, ST_OPEN } state; char comm[16]; }";

liveSuite("types that are given", ["kernel"], () => {
  const scratch = useScratch();
  const pinned = (btf: boolean): string => scratch.pin(scratch.own(connectionMap(5, { btf })), `given_${btf}`);

  test.each([[[]], [["-j"]], [["-p"]]])("in C print what the map's own would %s", async (style) => {
    const path = pinned(true);
    const own = await runOurs([...style, "dump", "pinned", path]);
    const given = await runOurs([...style, "dump", "pinned", path, "--key-type", KEY, "--value-type", VALUE]);
    expect(given).toEqual({ ...own, stdout: expect.anything() });
    expect(given.stdout.toString()).toBe(own.stdout.toString());
  });

  test("decode a map that has none", async () => {
    const { stdout, stderr } = await runOurs([
      "dump",
      "pinned",
      pinned(false),
      "--key-type",
      KEY,
      "--value-type",
      VALUE,
    ]);
    expect(stderr).toBe("");
    for (let i = 0; i < 5; i++) expect(stdout.toString()).toContain(`"comm": "app${i}"`);
  });

  test("serve a lookup, in the dialect of any version", async () => {
    const path = pinned(false);
    const key = ["key", "1", "0", "0", "0", "0xe9", "3", "0", "0"];
    for (const version of ["5.10", "7.8"]) {
      const { stdout, stderr } = await runOurs([
        ...["-j", "lookup", "pinned", path, ...key, "--compat", version, "--value-type", VALUE, "--key-type", KEY],
      ]);
      expect(stderr).toBe("");
      expect(stdout.toString()).toContain(
        '"formatted":{"key":{"addr":1,"port":1001},"value":{"packets":1,"state":"ST_OPEN"',
      );
    }
  });

  test("for one side leave bytes on the other", async () => {
    const { stdout } = await runOurs(["dump", "pinned", pinned(false), "--value-type", VALUE]);
    expect(stdout.toString()).toContain('"key": [1,0,0,0,233,3,0,0');
  });

  test("may be named as the map's own BTF names them", async () => {
    const { stdout } = await runOurs([
      "-j",
      "dump",
      "pinned",
      pinned(true),
      "--value-type",
      "struct { struct conn_key nested; u64 rest[3]; }",
    ]);
    expect(stdout.toString()).toContain('"nested":{');
  });

  test.each([
    [["--value-type", "u64"], "the value type has 8 bytes, the map's values have 32"],
    [["--key-type", "u32", "--value-type", VALUE], "the key type has 4 bytes, the map's keys have 8"],
    [["--value-type", "struct { u65 x; }"], "column 10: there is no type 'u65' (--btf FILE brings in its types)"],
    [["--value-type", "void"], "void has no bytes"],
    [["--btf", "/no/such/file"], "read BTF from /no/such/file: no such file or directory"],
    [["--btf", "/etc/hostname"], "BTF in /etc/hostname"],
    [
      ["--btf", "/sys/kernel/btf/vmlinux"],
      "the BTF declares no map of its name (--key-type and --value-type name them)",
    ],
  ])("%j is refused", async (args, message) => {
    const { stderr, status } = await runOurs(["dump", "pinned", pinned(false), ...args]);
    expect(stderr).toContain(message);
    expect(status).toBe(255);
  });

  test("mean nothing to a list", async () => {
    const { stderr } = await runOurs(["list", "--key-type", "u32"]);
    expect(stderr).toMatch(/--key-type goes with dump, lookup, .*, not with list/);
  });
});

liveSuite("types out of an object file", ["kernel", "bpftools", "clang", "libbpf", "build"], () => {
  const scratch = useScratch();

  async function loaded(name: string): Promise<{ object: string; paths: string[] }> {
    return { object: await compileObject(scratch, name), paths: await loadObject(scratch, name) };
  }

  test("print what the map's own would", async () => {
    const { object, paths } = await loaded("connections");
    const random = new Random(7);
    const decoded: string[] = [];
    for (const path of paths) {
      fillAtRandom(path, random);
      const own = await runOurs(["-j", "dump", "pinned", path]);
      if (!own.stdout.includes("formatted")) continue;
      const given = await runOurs(["-j", "dump", "pinned", path, "--btf", object]);
      expect(`${basename(path)} ${given.stdout}`).toBe(`${basename(path)} ${own.stdout}`);
      decoded.push(basename(path));
    }
    expect(decoded.sort()).toEqual([
      "comms",
      "connections",
      "first_inner",
      "per_cpu_conns",
      "routes",
      "second_inner",
      "statistics",
    ]);
  });

  test("serve a user without rights, to whom the kernel doesn't give the BTF", async () => {
    const { object, paths } = await loaded("connections");
    const path = paths.find((one) => basename(one) === "statistics") ?? "";
    for (const one of [path, object]) chmodSync(one, 0o644);
    for (const folder of [scratch.pins, join(scratch.pins, "connections_maps"), scratch.folder])
      chmodSync(folder, 0o755);
    const nobody = (args: readonly string[]): Promise<Run> =>
      run("setpriv", [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        process.execPath,
        repositoryPath("bin", "ebpf-map.js"),
        ...args,
      ]);
    const without = await nobody(["-j", "dump", "pinned", path]);
    expect(without.stderr).toContain("CAP_SYS_ADMIN");
    expect(without.stdout.toString()).not.toContain("formatted");
    const given = await nobody(["-j", "dump", "pinned", path, "--btf", object]);
    expect(`${given.status} ${given.stderr}`).toMatch(/^0 /);
    expect(given.stdout.toString()).toContain('"formatted":{"key":0');
    expect(given.stdout.toString()).toBe((await runOurs(["-j", "dump", "pinned", path])).stdout.toString());
  });
});
