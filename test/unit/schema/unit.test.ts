import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { rendererOf } from "../../../src/output/render/render.ts";
import { layoutFingerprint } from "../../../src/schema/fingerprint.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import { layoutTree } from "../../../src/schema/layout-tree.ts";
import { UNIT_RENDERERS, unitOf } from "../../../src/schema/unit.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

test.each<[readonly string[], string | undefined]>([
  [["ebpf-map:unit=ns"], "ns"],
  [["ebpf-map:unit=packets/s", "ebpf-map:bytes"], "packets/s"],
  [["ebpf-map:bytes", "ebpf-map:unit=KiB"], "KiB"],
  [["ebpf-map:duration"], "ns"],
  [["ebpf-map:ktime"], "ns since boot"],
  [["other", "ebpf-map:age"], "ns since boot"],
  [["ebpf-map:ipv4"], undefined],
  [["ebpf-map:toString"], undefined],
  [["unit=ns"], undefined],
  [["ebpf-map:unit="], undefined],
  [["ebpf-map:unit=\u001b[2J"], undefined],
  [["ebpf-map:unit=*/ x"], "*/ x"],
  [[`ebpf-map:unit=${"x".repeat(41)}`], undefined],
  [[], undefined],
])("%j is %s", (tags, unit) => {
  expect(unitOf(undefined, tags)).toBe(unit);
});

test("what says a unit is a renderer", () => {
  for (const name of UNIT_RENDERERS) expect(rendererOf(name)).toBeDefined();
});

test("a layout shows units of members and of types, and has the same fingerprint without", () => {
  const btf = new BtfBuilder();
  const u64 = btf.int("u64", 8);
  const nanoseconds = btf.typedef("ns_t", u64);
  const value = btf.struct("flow", 16, [
    { name: "bytes", type: u64, bitOffset: 0 },
    { name: "seen", type: nanoseconds, bitOffset: 64 },
  ]);
  btf.declTag("ebpf-map:bytes", value, 0);
  btf.declTag("ebpf-map:ktime", nanoseconds);
  const source = parseBtf(btf.build());
  const tagged = layoutFromBtf(source, value, { tags: true });
  expect(layoutTree(tagged, "value")).toMatch(/bytes +u64, in bytes\n.*seen +ns_t, in ns since boot\n/);
  expect(layoutFingerprint(undefined, tagged)).toBe(layoutFingerprint(undefined, layoutFromBtf(source, value)));
});
