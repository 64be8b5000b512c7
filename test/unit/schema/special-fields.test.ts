import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { hasSpecialFields, isSpecialField } from "../../../src/schema/special-fields.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

const btf = new BtfBuilder();
const u32 = btf.int("unsigned int", 4);
const u64 = btf.int("unsigned long long", 8);
const task = btf.struct("task_struct", 8, [{ name: "pid", type: u64, bitOffset: 0 }]);

/** A struct of so many bytes without anything but words. */
function words(name: string, size: number): number {
  const [word, width] = size % 8 === 0 ? [u64, 8] : [u32, 4];
  return btf.struct(name, size, [{ name: "__opaque", type: btf.array(word, size / width), bitOffset: 0 }]);
}

const NAMES: Readonly<Record<string, number>> = {
  bpf_spin_lock: 4,
  bpf_res_spin_lock: 4,
  bpf_timer: 16,
  bpf_wq: 16,
  bpf_task_work: 8,
  bpf_list_head: 16,
  bpf_list_node: 24,
  bpf_rb_root: 16,
  bpf_rb_node: 32,
  bpf_refcount: 4,
};
const special = Object.entries(NAMES).map(([name, size]) => [name, words(name, size)] as const);
const [timer = 0] = special.filter(([name]) => name === "bpf_timer").map(([, id]) => id);
const pointers = ["kptr", "kptr_ref", "kptr_untrusted", "percpu_kptr", "uptr", "user", "rcu", "percpu"].map(
  (tag) => [tag, btf.ptr(btf.typeTag(tag, task))] as const,
);
const plainPointer = btf.ptr(task);
const wrapped = btf.volatile(timer);
const typedef = btf.typedef("timer_t", timer);
const namesake = btf.struct("bpf_timer_stats", 8, [{ name: "bpf_timer", type: u64, bitOffset: 0 }]);
const union = btf.union("bpf_timer", 16, [{ name: "n", type: u64, bitOffset: 0 }]);
const timers = btf.array(timer, 3);
const record = btf.struct("value", 24, [
  { name: "count", type: u64, bitOffset: 0 },
  { name: "timer", type: wrapped, bitOffset: 64 },
]);
const inUnion = btf.union("either", 24, [{ name: "one", type: record, bitOffset: 0 }]);
const section = btf.datasec(".bss", 24, [{ type: btf.var("state", record), offset: 0, size: 24 }]);
const bits = btf.struct("bits", 8, [{ name: "low", type: u32, bitOffset: 0, bitfieldSize: 3 }]);
const types = parseBtf(btf.build());

function layout(id: number): Layout {
  return layoutFromBtf(types, id);
}

describe("a field that belongs to the kernel", () => {
  test.each(special)("struct %s", (_, id) => {
    expect(isSpecialField(layout(id))).toBe(true);
  });

  test.each(pointers)("a pointer tagged %s", (tag, id) => {
    expect(isSpecialField(layout(id))).toBe(/kptr|uptr/.test(tag));
  });

  test.each<[string, number, boolean]>([
    ["an untagged pointer", plainPointer, false],
    ["a qualified one", wrapped, true],
    ["a typedef, by which the kernel finds nothing", typedef, false],
    ["a struct whose name only begins like it", namesake, false],
    ["a union of the same name", union, false],
    ["an array of them", timers, true],
    ["a struct that has one among others", record, false],
    ["an integer", u64, false],
  ])("%s", (_, id, expected) => {
    expect(isSpecialField(layout(id))).toBe(expected);
  });
});

test.each<[string, number, boolean]>([
  ["a struct that has one", record, true],
  ["global data that has one", section, true],
  ["a union, whose bytes the kernel leaves alone", inUnion, false],
  ["one itself", timer, true],
  ["a pointer to what has one", plainPointer, false],
  ["bit-fields", bits, false],
])("special fields inside of %s", (_, id, expected) => {
  expect(hasSpecialFields(layout(id))).toBe(expected);
});
