import { describe, expect, test } from "vitest";
import { repositoryPath } from "../../../helpers/repository.ts";
import { runMain } from "../run-main.ts";

const SNAPSHOT = repositoryPath("golden", "demo", "connections.ndjson.gz");

describe.each([[[]], [["-j"]], [["-p"]]])("demo %j", (style: string[]) => {
  test("dumps the bundled snapshot as any other, and says how to go on", async () => {
    const { stdout, stderr, status } = await runMain([...style, "demo"]);
    const dump = await runMain([...style, "dump", "file", SNAPSHOT]);
    expect({ stdout, status }).toEqual({ stdout: dump.stdout, status: 0 });
    expect(stdout.length).toBeGreaterThan(100);
    expect(() => JSON.parse(style.length === 0 ? "[]" : stdout)).not.toThrow();
    expect(stderr).toBe(
      `${dump.stderr}This was a snapshot of a connection table. To list the maps of this machine: sudo ebpf-map list\n` +
        "To dump one: sudo ebpf-map dump id N, or ebpf-map dump pinned PATH. For more: ebpf-map help\n",
    );
  });
});
