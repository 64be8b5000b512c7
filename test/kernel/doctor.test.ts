import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";

liveSuite("doctor", ["kernel", "bpftool"], () => {
  const scratch = useScratch();

  test("finds this machine fit, and says by type how maps are read", async () => {
    scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 1, name: "doctor" }));
    scratch.own(createMap({ type: "queue", keySize: 0, valueSize: 4, maxEntries: 1, name: "doctor" }));
    const { status, stdout, stderr } = await runOurs(["-j", "doctor"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const report = JSON.parse(stdout.toString());
    expect(report).toMatchObject({ fit: true, maps: { errno: 0, batch: { hash: true, queue: false } } });
    expect((await runOurs(["doctor"])).stdout.toString()).toMatch(/^kernel: .*maps of this machine can be read\n$/s);
  });

  test("compares a map with what the installed bpftool prints", async () => {
    const map = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 8, name: "doctor" }));
    for (let i = 0; i < 8; i++) updateElement(map, Uint8Array.of(i, 0, 0, 0), Uint8Array.of(1, 2, 3, i));
    const words = ["doctor", "--self-check", "id", String(new LinuxKernel().mapInfo(map).id)];
    const { status, stdout } = await runOurs(words);
    expect(stdout.toString()).toMatch(/plain: .* prints the same \d+ bytes\n.*json: .* prints the same \d+ bytes\n$/);
    expect(status).toBe(0);
    const { comparisons, agrees } = JSON.parse((await runOurs(["-j", ...words])).stdout.toString());
    expect(agrees).toBe(true);
    expect(comparisons).toHaveLength(2);
  });

  test.each([
    ["a map that changes meanwhile is no fault", "", "changed", 0, 7],
    ["nor is an entry that was deleted and came back", ` | sed 's/{"key":."0x03"[^}]*},\\{0,1\\}//'`, "changed", 0, 6],
    ["bytes that differ are", " | sed s/0x63/0x64/", "different", 1, 6],
  ])("%s", async (_, filter, outcome, expected, alike) => {
    const map = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 8, name: "doctor" }));
    for (let i = 0; i < 8; i++) updateElement(map, Uint8Array.of(i, 0, 0, 0), Uint8Array.of(99, 0, 0, 0));
    const id = String(new LinuxKernel().mapInfo(map).id);
    const env = { PATH: `${bpftoolThatUpdates(id, filter)}:${process.env.PATH}` };
    const selfCheck = ["doctor", "--self-check", "id", id];
    const run = await runOurs(["-j", ...selfCheck], undefined, env);
    expect(run.status).toBe(expected);
    const { comparisons, agrees } = JSON.parse(run.stdout.toString());
    expect(agrees).toBe(expected === 0);
    const stable = { plain: 0, json: alike };
    expect(comparisons).toMatchObject([
      { style: "plain", outcome: "changed", stable: stable.plain },
      { style: "json", outcome, stable: stable.json },
    ]);
    const { stdout } = await runOurs(selfCheck, undefined, env);
    expect(stdout.toString()).toContain(
      expected === 0
        ? `json: the map changed meanwhile, so the dumps can't be the same; the ${alike} entries that stayed as they were are printed alike\n`
        : ": NOT the same\n",
    );
  });

  /** The folder of a bpftool that writes to key 0 before and after each dump, and prints through a filter. */
  function bpftoolThatUpdates(id: string, filter: string): string {
    const folder = join(scratch.folder, "bin");
    const count = join(folder, "count");
    const update = `n=$(($(cat ${count}) + 1)); echo $n > ${count}; "$real" map update id ${id} key 0 0 0 0 value $n 0 0 0`;
    mkdirSync(folder);
    writeFileSync(count, "0");
    writeFileSync(
      join(folder, "bpftool"),
      `#!/bin/sh
real=$(PATH=\${PATH#*:} command -v bpftool)
case "$*" in *dump*) ${update} ;; esac
"$real" "$@"${filter}
case "$*" in *dump*) ${update} ;; esac
`,
      { mode: 0o755 },
    );
    return folder;
  }

  test("says what it can't compare", async () => {
    expect((await runOurs(["doctor", "--self-check"])).stderr).toContain(
      "Usage: ebpf-map doctor\n       ebpf-map doctor --self-check MAP\n",
    );
    expect((await runOurs(["doctor", "id", "1"])).stderr).toContain("doctor: expected");
  });
});
