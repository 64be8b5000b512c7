import { describe, expect, it } from "vitest";
import {
  Attr,
  BATCH_ATTR_SIZE,
  BTF_INFO_SIZE,
  ELEM_ATTR_SIZE,
  ID_ATTR_SIZE,
  INFO_ATTR_SIZE,
  MAP_INFO_SIZE,
  OBJ_ATTR_SIZE,
  PROG_INFO_SIZE,
  packBatch,
  packBtfInfo,
  packElem,
  packId,
  packInfo,
  packObjGet,
  packProgInfo,
  unpackBtfInfo,
  unpackMapInfo,
  unpackProgInfo,
} from "../../../src/sys/bpf-attr.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
/** An address beyond 32 bits, which must not be cut. */
const ADDRESS = 0x7fff_1234_5678;
const ADDRESS_HEX = "78563412ff7f0000";
const OTHER = 0x1_0000_0010;
const OTHER_HEX = "1000000001000000";

describe("union bpf_attr", () => {
  it.each([
    [
      "*_ELEM",
      packElem(new Attr(ELEM_ATTR_SIZE), 7, ADDRESS, OTHER),
      `0700000000000000${ADDRESS_HEX}${OTHER_HEX}${"00".repeat(8)}`,
    ],
    ["*_ID", packId(new Attr(ID_ATTR_SIZE), 7, 8), "070000000000000008000000"],
    ["OBJ_GET", packObjGet(new Attr(OBJ_ATTR_SIZE), ADDRESS, 8), `${ADDRESS_HEX}0000000008000000`],
    ["OBJ_GET_INFO_BY_FD", packInfo(new Attr(INFO_ATTR_SIZE), 7, ADDRESS, 88), `0700000058000000${ADDRESS_HEX}`],
    [
      "MAP_LOOKUP_BATCH",
      packBatch(new Attr(BATCH_ATTR_SIZE), {
        fd: 7,
        inBatch: 0,
        outBatch: ADDRESS,
        keys: OTHER,
        values: ADDRESS,
        count: 4096,
      }),
      `${"00".repeat(8)}${ADDRESS_HEX}${OTHER_HEX}${ADDRESS_HEX}0010000007000000${"00".repeat(16)}`,
    ],
  ])("of %s lies as the kernel has it", (_name, attr, expected) => {
    expect(hex(attr.bytes)).toBe(expected);
  });

  it("is written whole each time, so that nothing of the last call stays", () => {
    const attr = new Attr(ELEM_ATTR_SIZE);
    attr.bytes.fill(0xff, 24);
    expect(hex(packElem(attr, 7, 0, OTHER).bytes)).toBe(
      `0700000000000000${"00".repeat(8)}${OTHER_HEX}${"00".repeat(8)}`,
    );
  });
});

describe("info structs", () => {
  it("reads struct bpf_map_info", () => {
    const attr = new Attr(MAP_INFO_SIZE);
    [1, 42, 16, 48, 1000, 0x401].forEach((word, i) => {
      attr.u32(4 * i, word);
    });
    attr.bytes.set(Buffer.from("conns\0garbage"), 24);
    attr
      .u32(40, 3)
      .u32(44, 9)
      .u64(48, 2 ** 40)
      .u64(56, 5)
      .u32(64, 77)
      .u32(68, 1)
      .u32(72, 2)
      .u64(80, 6);
    expect(unpackMapInfo(attr)).not.toHaveProperty("btfVmlinuxId");
    attr.u32(76, 12);
    expect(unpackMapInfo(attr)).toEqual({
      ...{ type: 1, id: 42, keySize: 16, valueSize: 48, maxEntries: 1000, mapFlags: 0x401, name: "conns" },
      ...{ ifindex: 3, btfVmlinuxValueTypeId: 9, netnsDev: 2n ** 40n, netnsIno: 5n },
      ...{ btfId: 77, btfKeyTypeId: 1, btfValueTypeId: 2, btfVmlinuxId: 12, mapExtra: 6n },
    });
  });

  it("reads a name that fills its 16 bytes, and one that isn't UTF-8", () => {
    const attr = new Attr(MAP_INFO_SIZE);
    attr.bytes.set(Buffer.from("abcdefghijklmnop"), 24);
    expect(unpackMapInfo(attr).name).toBe("abcdefghijklmnop");
    attr.bytes.set(Buffer.from([0x61, 0xff, 0]), 24);
    expect(unpackMapInfo(attr).name).toBe("a\udcff");
  });

  it("asks for BTF and reads what comes", () => {
    const info = new Attr(BTF_INFO_SIZE);
    expect(hex(packBtfInfo(info, ADDRESS, 512, OTHER).bytes)).toBe(
      `${ADDRESS_HEX}0002000000000000${OTHER_HEX}8000000000000000`,
    );
    info.u32(8, 4096).u32(12, 5).u32(28, 1);
    expect(unpackBtfInfo(info, Buffer.from("vmlinux\0"))).toEqual({
      size: 4096,
      id: 5,
      name: "vmlinux",
      kernelBtf: true,
    });
  });

  it("asks for a program's maps and takes no more of them than there was room for", () => {
    const info = new Attr(PROG_INFO_SIZE);
    info.bytes.fill(0xff);
    packProgInfo(info, ADDRESS, 2);
    expect(hex(info.bytes.subarray(48, 72))).toBe(`0000000002000000${ADDRESS_HEX}${"00".repeat(8)}`);
    info.u32(0, 5).u32(4, 9).u32(52, 4_000_000_000).u32(128, 7);
    const maps = new Attr(8).u32(0, 11).u32(4, 12);
    expect(unpackProgInfo(info, maps, 2)).toEqual({ type: 5, id: 9, name: "", btfId: 7, mapIds: [11, 12] });
  });
});
