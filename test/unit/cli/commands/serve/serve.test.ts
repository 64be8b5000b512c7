import { expect, test } from "vitest";
import { EPERM } from "../../../../../src/sys/errno.ts";
import { BPF_MAP_TYPE } from "../../../../../src/sys/map-types.ts";
import { FakeKernel, fakeMap } from "../../../../helpers/fake-kernel.ts";
import { runMain } from "../../run-main.ts";

test("--once prints the metrics of all maps", async () => {
  const kernel = new FakeKernel([fakeMap(3, { info: { ...fakeMap(0).info, id: 7, name: "conns", maxEntries: 16 } })]);
  const { stdout, stderr, status } = await runMain(["serve", "--once"], { kernel });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  expect(stdout).toContain('ebpf_map_info{id="7",name="conns",type="hash",owner="",when_full="refuses"} 1\n');
  expect(stdout).toContain('ebpf_map_entries{id="7",name="conns"} 3\n');
  expect(stdout).toContain('ebpf_map_max_entries{id="7",name="conns"} 16\n');
  expect(stdout).toContain('ebpf_map_read_errors_total{id="7",name="conns"} 0\n');
});

test("a map that can't be counted costs its own series alone, and is said", async () => {
  const info = { ...fakeMap(0).info, maxEntries: 3 };
  const maps = [
    fakeMap(3, { info: { ...info, id: 7, name: "map_7" } }),
    fakeMap(3, { info: { ...info, id: 8, name: "map_8", type: BPF_MAP_TYPE.ARRAY } }),
  ];
  const kernel = new FakeKernel(maps, (call) => (call === "lookupBatch" ? EPERM : undefined));
  const { stdout, stderr, status } = await runMain(["serve", "--once"], { kernel });
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Warning: map can't be counted: map id 7 \(map_7\): EPERM after 0 entries\n$/);
  expect(stdout).not.toContain('ebpf_map_entries{id="7"');
  expect(stdout).toContain('ebpf_map_read_errors_total{id="7",name="map_7"} 1\n');
  expect(stdout).toContain('ebpf_map_entries{id="8",name="map_8"} 3\n');
});

test("words behind it are refused", async () => {
  expect((await runMain(["serve", "id", "7"])).status).toBe(255);
});
