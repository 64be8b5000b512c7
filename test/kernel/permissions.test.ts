import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { arrayOf, hashOf, INT, le } from "../golden/case.ts";
import { bpftoolPath, type Run, run } from "../helpers/bpftools.ts";
import { describeDifference } from "../helpers/compare.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { SHAPE_NAMES, SHAPES } from "../helpers/shapes.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();

/** The oldest and the newest: what may be read has not changed between them. */
const VERSIONS: readonly DialectVersion[] = ["5.10", "7.8"];

/** Still the user who owns bpffs and this package, but without a single capability. */
const WITHOUT_CAPABILITIES = ["--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"];
const NOBODY = 65534;

liveSuite("without rights", ["kernel", "bpftools", "build"], () => {
  const scratch = useScratch();
  const idOf = (map: Fd): string => String(kernel.mapInfo(map).id);
  const hash = (name = "guarded"): Fd => hashOf(scratch, name, le(4, 7), le(4, 8));

  test("a map by id: as bpftool in JSON, with the missing capability in plain", async () => {
    const id = idOf(hash());
    expect(await differences(["map", "dump", "id", id])).toEqual([]);
    const { stderr, status } = await ours(["dump", "id", id]);
    expect(stderr).toContain(`open map id ${id}: operation not permitted (`);
    expect(stderr).toContain("CAP_SYS_ADMIN");
    expect(status).not.toBe(0);
  });

  test("maps by name, and all of them", async () => {
    hash("guarded_name");
    expect(await differences(["map", "dump", "name", "guarded_name"])).toEqual([]);
    expect(await differences(["map", "list"])).toEqual([]);
    expect((await ours(["list"])).stderr).toContain("CAP_SYS_ADMIN");
  });

  test("a pin of mode 0644 can be read without any", async () => {
    const path = scratch.pin(hash(), "readable");
    chmodSync(path, 0o644);
    for (const command of ["dump", "show"]) expect(await differences(["map", command, "pinned", path])).toEqual([]);
    expect((await ours(["dump", "pinned", path])).stdout.toString()).toContain("Found 1 element");
  });

  test("where its BTF is out of reach the bytes are shown, with a note", async () => {
    const path = scratch.pin(arrayOf(scratch, "typed", INT, [le(4, -1)]), "typed");
    chmodSync(path, 0o644);
    const plain = await ours(["dump", "pinned", path]);
    expect(plain.stdout.toString()).toBe("key: 00 00 00 00  value: ff ff ff ff\nFound 1 element\n");
    expect(plain.stderr).toMatch(/BTF.*not permitted.*CAP_SYS_ADMIN/);
    expect(plain.status).toBe(0);
    const json = await ours(["-j", "dump", "pinned", path]);
    expect(JSON.parse(json.stdout.toString())).toEqual([
      { key: ["0x00", "0x00", "0x00", "0x00"], value: ["0xff", "0xff", "0xff", "0xff"] },
    ]);
    expect(json.stderr).toContain("CAP_SYS_ADMIN");
  });

  test("somebody else's pin, and a folder that may not be searched", async () => {
    const pin = scratch.pin(hash(), "private");
    chmodSync(pin, 0o600);
    chownSync(pin, NOBODY, NOBODY);
    const folder = join(scratch.pins, "closed");
    mkdirSync(folder);
    const hidden = scratch.pin(hash(), "closed/pin");
    chownSync(folder, NOBODY, NOBODY);
    chmodSync(folder, 0o700);
    for (const path of [pin, hidden]) {
      expect(await differences(["map", "dump", "pinned", path])).toEqual([]);
      expect((await ours(["dump", "pinned", path])).stderr).toContain(`open pinned ${path}: permission denied (`);
    }
  });
});

async function differences(args: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const version of VERSIONS) {
    for (const shape of SHAPE_NAMES) {
      const words = [...SHAPES[shape], ...args];
      const their = await powerless([bpftoolPath(version), ...words]);
      const difference = describeDifference(their, await ours(["--compat", version, ...words]));
      if (difference !== undefined) found.push(`bpftool ${version} ${words.join(" ")}: ${difference}`);
    }
  }
  return found;
}

function ours(args: readonly string[]): Promise<Run> {
  return powerless([process.execPath, repositoryPath("bin", "ebpf-map.js"), ...args]);
}

function powerless(command: readonly string[]): Promise<Run> {
  return run("setpriv", [...WITHOUT_CAPABILITIES, ...command]);
}
