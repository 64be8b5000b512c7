import { describe, expect, test } from "vitest";
import { textFromBytes } from "../../../../src/bytes.ts";
import { type DialectVersion, dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { JsonWriter } from "../../../../src/output/bpftool/json-writer.ts";
import { type BpftoolMap, listJson, listPlain } from "../../../../src/output/bpftool/list.ts";
import type { MapFdinfo } from "../../../../src/reader/map-source.ts";
import type { MapInfo } from "../../../../src/sys/info.ts";

const INFO: MapInfo = {
  type: 1,
  id: 26,
  keySize: 4,
  valueSize: 8,
  maxEntries: 1024,
  mapFlags: 1,
  name: "conns",
  ifindex: 0,
  btfVmlinuxValueTypeId: 0,
  netnsDev: 0n,
  netnsIno: 0n,
  btfId: 0,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  mapExtra: 0n,
};

const FDINFO: MapFdinfo = { memlock: "81920", frozen: "0", ownerProgType: undefined, ownerJited: undefined };

function listed(
  info: Partial<MapInfo> = {},
  fdinfo: Partial<MapFdinfo> = {},
  rest: Partial<Omit<BpftoolMap, "info" | "fdinfo">> = {},
): BpftoolMap {
  const nothing = { interfaceName: undefined, pins: undefined, holders: [] };
  return { info: { ...INFO, ...info }, fdinfo: { ...FDINFO, ...fdinfo }, ...nothing, ...rest };
}

function rendered(write: (out: OutputBuffer) => void): string {
  const chunks: Uint8Array[] = [];
  const out = new OutputBuffer((bytes) => chunks.push(bytes.slice()));
  write(out);
  out.flush();
  return textFromBytes(Buffer.concat(chunks));
}

function plain(map: BpftoolMap, version: DialectVersion = "7.8"): string {
  return rendered((out) => listPlain(map, dialectOf(version), out));
}

function json(map: BpftoolMap, version: DialectVersion = "7.8", pretty = false): string {
  const dialect = dialectOf(version);
  return rendered((out) => listJson(map, dialect, new JsonWriter(out, dialect, pretty)));
}

const HEAD = "26: hash  name conns  flags 0x1\n\tkey 4B  value 8B  max_entries 1024  memlock 81920B";
const PROG_ARRAY = "26: prog_array  name conns  flags 0x1\n\tkey 4B  value 8B  max_entries 1024  memlock 81920B";
const DEVICE = { ifindex: 3, netnsDev: 4n, netnsIno: 4026531833n };
const HOLDERS = [
  { pid: 1, comm: "systemd" },
  { pid: 871, comm: "my agent" },
];

describe("plain", () => {
  test.each<[string, BpftoolMap, string]>([
    ["the least", listed(), `${HEAD}\n`],
    ["no name", listed({ name: "", mapFlags: 0 }), `${HEAD.replace("name conns  flags 0x1", "flags 0x0")}\n`],
    ["flags in hex", listed({ mapFlags: 0xffffffff }), `${HEAD.replace("0x1\n", "0xffffffff\n")}\n`],
    ["no memlock", listed({}, { memlock: undefined }), `${HEAD.replace("  memlock 81920B", "")}\n`],
    ["btf_id", listed({ btfId: 5 }), `${HEAD}\n\tbtf_id 5\n`],
    ["frozen", listed({}, { frozen: "1" }), `${HEAD}\n\tfrozen\n`],
    ["btf_id and frozen", listed({ btfId: 5 }, { frozen: "1" }), `${HEAD}\n\tbtf_id 5  frozen\n`],
    ["no line of frozen", listed({}, { frozen: undefined }), `${HEAD}\n`],
    [
      "owner",
      listed({ type: 3 }, { ownerProgType: "3", ownerJited: "1" }),
      `${PROG_ARRAY}\n\towner_prog_type sched_cls  owner jited\n`,
    ],
    [
      "owner, not jited",
      listed({ type: 3 }, { ownerProgType: "6", ownerJited: "0" }),
      `${PROG_ARRAY}\n\towner_prog_type xdp  owner not jited\n`,
    ],
    [
      "an owner of a type without a name",
      listed({ type: 3 }, { ownerProgType: "99" }),
      `${PROG_ARRAY}\n\towner_prog_type 99  \n`,
    ],
    ["a prog_array without an owner", listed({ type: 3 }), `${PROG_ARRAY}\n`],
    ["owner lines of another type of map", listed({}, { ownerProgType: "3", ownerJited: "1" }), `${HEAD}\n`],
    ["pins", listed({ btfId: 5 }, {}, { pins: ["/b", "/a"] }), `${HEAD}\n\tpinned /b\n\tpinned /a\n\tbtf_id 5\n`],
    ["no pins of its own", listed({}, {}, { pins: [] }), `${HEAD}\n`],
    ["pids", listed({ btfId: 5 }, {}, { holders: HOLDERS }), `${HEAD}\n\tbtf_id 5\n\tpids systemd(1), my agent(871)\n`],
    [
      "a named device",
      listed(DEVICE, {}, { interfaceName: "eni0" }),
      `${HEAD.replace("0x1\n", "0x1  offloaded_to eni0\n")}\n`,
    ],
    [
      "a device elsewhere",
      listed(DEVICE),
      `${HEAD.replace("0x1\n", "0x1  offloaded_to ifindex 3 ns_dev 4 ns_ino 4026531833\n")}\n`,
    ],
  ])("%s", (_, map, text) => {
    expect(plain(map)).toBe(text);
  });

  test("a type newer than the dialect is a number", () => {
    expect(plain(listed({ type: 33 }), "7.1")).toContain("26: type 33  name conns");
    expect(plain(listed({ type: 33 }), "7.5")).toContain("26: arena  name conns");
  });
});

const START = '{"id":26,"type":"hash","name":"conns","flags":1';
const SIZES = '"bytes_key":4,"bytes_value":8,"max_entries":1024';

describe("JSON", () => {
  test.each<[string, BpftoolMap, string]>([
    ["the least", listed(), `${START},${SIZES},"bytes_memlock":81920,"frozen":0}`],
    ["no name", listed({ name: "" }), `{"id":26,"type":"hash","flags":1,${SIZES},"bytes_memlock":81920,"frozen":0}`],
    ["no fdinfo", listed({}, { memlock: undefined, frozen: undefined }), `${START},${SIZES},"frozen":0}`],
    [
      "memlock above 2^53",
      listed({}, { memlock: "9007199254740993" }),
      `${START},${SIZES},"bytes_memlock":9007199254740993,"frozen":0}`,
    ],
    ["memlock that is no number", listed({}, { memlock: "many" }), `${START},${SIZES},"bytes_memlock":0,"frozen":0}`],
    [
      "btf_id and frozen",
      listed({ btfId: 5 }, { frozen: "1" }),
      `${START},${SIZES},"bytes_memlock":81920,"frozen":1,"btf_id":5}`,
    ],
    [
      "owner",
      listed({ type: 3 }, { ownerProgType: "3", ownerJited: "0" }),
      `${START.replace("hash", "prog_array")},${SIZES},"bytes_memlock":81920,"owner_prog_type":"sched_cls","owner_jited":false,"frozen":0}`,
    ],
    [
      "an owner of a type without a name",
      listed({ type: 3 }, { ownerProgType: "99", ownerJited: "1" }),
      `${START.replace("hash", "prog_array")},${SIZES},"bytes_memlock":81920,"owner_prog_type":99,"owner_jited":true,"frozen":0}`,
    ],
    [
      "pins",
      listed({}, {}, { pins: ["/b", '/a"'] }),
      `${START},${SIZES},"bytes_memlock":81920,"frozen":0,"pinned":["/b","/a\\""]}`,
    ],
    [
      "no pins of its own",
      listed({}, {}, { pins: [] }),
      `${START},${SIZES},"bytes_memlock":81920,"frozen":0,"pinned":[]}`,
    ],
    [
      "pids",
      listed({}, {}, { holders: HOLDERS }),
      `${START},${SIZES},"bytes_memlock":81920,"frozen":0,"pids":[{"pid":1,"comm":"systemd"},{"pid":871,"comm":"my agent"}]}`,
    ],
    [
      "a named device",
      listed(DEVICE, {}, { interfaceName: "eni0" }),
      `${START},"dev":{"ifindex":3,"ns_dev":4,"ns_inode":4026531833,"ifname":"eni0"},${SIZES},"bytes_memlock":81920,"frozen":0}`,
    ],
    [
      "a device elsewhere",
      listed(DEVICE),
      `${START},"dev":{"ifindex":3,"ns_dev":4,"ns_inode":4026531833},${SIZES},"bytes_memlock":81920,"frozen":0}`,
    ],
  ])("%s", (_, map, text) => {
    expect(json(map)).toBe(text);
  });

  test("a type newer than the dialect is a number", () => {
    expect(json(listed({ type: 29 }), "5.10")).toContain('"id":26,"type":29,');
    expect(json(listed({ type: 29 }), "7.1")).toContain('"id":26,"type":"task_storage",');
  });

  test("pretty breaks before names and closing brackets", () => {
    const map = listed({ btfId: 5 }, {}, { pins: ["/b", "/a"], holders: HOLDERS.slice(0, 1) });
    expect(json(map, "7.8", true)).toBe(`{
    "id": 26,
    "type": "hash",
    "name": "conns",
    "flags": 1,
    "bytes_key": 4,
    "bytes_value": 8,
    "max_entries": 1024,
    "bytes_memlock": 81920,
    "frozen": 0,
    "btf_id": 5,
    "pinned": ["/b","/a"
    ],
    "pids": [{
            "pid": 1,
            "comm": "systemd"
        }
    ]
}`);
  });

  test("a backslash in a path, by dialect", () => {
    const map = listed({}, {}, { pins: ["/a\\b"] });
    expect(json(map, "7.8")).toContain('"pinned":["/a\\\\b"]');
    expect(json(map, "7.1")).toContain('"pinned":["/a\\nb"]');
  });
});
