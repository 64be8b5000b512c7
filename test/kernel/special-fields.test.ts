import { expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, loadBtf, updateElement } from "../helpers/bpf.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const VALUE_SIZE = 104;

/** A hash whose values have a counter among every sort of field that belongs to the kernel. */
function specialMap(): Fd {
  const btf = new BtfBuilder();
  const u32 = btf.int("unsigned int", 4);
  const u64 = btf.int("unsigned long long", 8);
  const words = (name: string, count: number): number =>
    btf.struct(name, count * 8, [{ name: "__opaque", type: btf.array(u64, count), bitOffset: 0 }]);
  const lock = btf.struct("bpf_spin_lock", 4, [{ name: "val", type: u32, bitOffset: 0 }]);
  const [timer, work, list, listNode] = [
    words("bpf_timer", 2),
    words("bpf_wq", 2),
    words("bpf_list_head", 2),
    words("bpf_list_node", 3),
  ];
  const [root, treeNode] = [words("bpf_rb_root", 2), words("bpf_rb_node", 4)];
  const refcount = btf.struct("bpf_refcount", 4, [{ name: "__opaque", type: btf.array(u32, 1), bitOffset: 0 }]);
  btf.struct("node_data", 64, [
    { name: "node", type: listNode, bitOffset: 0 },
    { name: "branch", type: treeNode, bitOffset: 192 },
    { name: "refs", type: refcount, bitOffset: 448 },
  ]);
  const task = btf.struct("task_struct", 8, [{ name: "pid", type: u64, bitOffset: 0 }]);
  const kptr = btf.ptr(btf.typeTag("kptr_untrusted", task));
  const value = btf.struct("guarded", VALUE_SIZE, [
    { name: "count", type: u64, bitOffset: 0 },
    { name: "lock", type: lock, bitOffset: 64 },
    { name: "list", type: list, bitOffset: 128 },
    { name: "tree", type: root, bitOffset: 256 },
    { name: "timer", type: timer, bitOffset: 384 },
    { name: "work", type: work, bitOffset: 512 },
    { name: "task", type: kptr, bitOffset: 640 },
    { name: "comm", type: btf.array(btf.signed("char", 1), 16), bitOffset: 704 },
  ]);
  btf.declTag("contains:node_data:node", value, 2);
  btf.declTag("contains:node_data:branch", value, 3);
  using types = loadBtf(btf.build());
  const sizes = { type: "array", keySize: 4, valueSize: VALUE_SIZE, maxEntries: 3 } as const;
  return createMap({ ...sizes, name: "guarded", btf: { fd: types, key: u32, value } });
}

function setCount(map: Fd, index: number, count: bigint): void {
  const value = new Uint8Array(VALUE_SIZE);
  new DataView(value.buffer).setBigUint64(0, count, true);
  updateElement(map, new Uint8Array(Uint32Array.of(index).buffer), value);
}

liveSuite("fields that belong to the kernel", ["kernel"], () => {
  const scratch = useScratch();
  let map: Fd;
  let id = "";

  function open(): void {
    map = scratch.own(specialMap());
    id = String(new LinuxKernel().mapInfo(map).id);
    for (let i = 0; i < 3; i++) setCount(map, i, 5n);
  }

  /** The list heads that one entry shows: addresses of the kernel, where there is a list. */
  async function shown(): Promise<string> {
    const { stdout } = await runOurs(["dump", "id", id, "-o", "ndjson", "--select", "value.list,value.tree"]);
    return stdout.toString();
  }

  test("are no change to watch, whatever the kernel shows in them", async () => {
    open();
    expect(await shown()).not.toContain('{"value.list":{"__opaque":[0,0]}');
    const { stdout, stderr, status } = await runOurs(["watch", "id", id, "--interval", "10ms", "--count", "5"]);
    // A busy machine may be too slow for the interval, which is said.
    const notes = stderr.replace(/^Note: .* ticks? skipped: .*\n/gm, "");
    expect({ notes, status }).toEqual({ notes: "", status: 0 });
    const lines = stdout.toString().trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["added", "added", "added"]);
  });

  test("are no difference to diff, and what is data still is one", async () => {
    open();
    const saved = `${scratch.folder}/before.snap`;
    expect((await runOurs(["save", "id", id, saved])).status).toBe(0);
    const same = await runOurs(["diff", "file", saved, "id", id]);
    expect({ text: same.stdout.toString(), status: same.status }).toEqual({ text: "", status: 0 });
    setCount(map, 1, 6n);
    const { stdout, status } = await runOurs(["diff", "file", saved, "id", id]);
    const count = { a: 5, b: 6, delta: 1, rate: expect.any(Number) };
    expect(JSON.parse(stdout.toString())).toEqual({ event: "changed", key: 1, fields: { count } });
    expect(status).toBe(1);
  });
});
