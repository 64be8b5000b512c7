import type { FlagTable } from "../flag.ts";
import { choice } from "../values/choice.ts";
import { path, text } from "../values/text.ts";

const SCHEMAS = ["schema show", "schema export", "schema check"] as const;
const READERS = ["dump", "lookup", "getnext", "peek", "diff", "watch", "dump --watch", "save", "report"] as const;

/** Flags that give a map types, and those of the commands about types. */
export const TYPE_FLAGS = {
  btf: {
    name: "btf",
    value: text("FILE[:MAP]", "the path of a file, and the name under which it declares the map"),
    topic: "Types",
    uses: [...READERS, "events", ...SCHEMAS, "generate"],
    help: "take types from FILE (BTF, an object file of the program, vmlinux, a module) instead of the map's own; MAP names the map's declaration in FILE, where the map's own name doesn't",
    example: ["ebpf-map dump pinned /sys/fs/bpf/conns --btf prog.bpf.o", "with the types of an object file"],
  },
  btfBase: {
    name: "btf-base",
    value: path(),
    topic: "Types",
    uses: [...READERS, "events", ...SCHEMAS, "generate"],
    needs: ["btf"],
    help: "the base of the split BTF of a kernel module: vmlinux of the same kernel",
    default: "/sys/kernel/btf/vmlinux",
    example: [
      "ebpf-map dump id 7 --btf nf_nat.ko --btf-base vmlinux --value-type 'struct nf_nat_hook'",
      "a type of another kernel's module",
    ],
  },
  keyType: {
    name: "key-type",
    value: text("TYPE", "a C type: its name, or a declaration"),
    topic: "Types",
    uses: [...READERS.filter((use) => use !== "peek"), ...SCHEMAS, "generate"],
    help: "the type of the keys: a name, or a declaration in C",
    example: [
      "ebpf-map dump id 7 --key-type u32 --value-type 'struct { u32 packets; u32 bytes; }'",
      "types for a map without BTF",
    ],
  },
  valueType: {
    name: "value-type",
    value: text("TYPE", "a C type: its name, or a declaration"),
    topic: "Types",
    uses: [...READERS, ...SCHEMAS, "generate"],
    help: "the type of the values: a name, or a declaration in C",
    example: [
      "ebpf-map dump id 7 --btf prog.bpf.o --value-type 'struct conn_val'",
      "a type in an object file, by name",
    ],
  },
  schema: {
    name: "schema",
    value: path(),
    topic: "Types",
    uses: [...READERS, ...SCHEMAS, "generate"],
    help: "take types from a schema file where the map has none",
    example: ["ebpf-map dump id 7 --schema conns.schema.json", "types that schema export has written"],
  },
  format: {
    name: "format",
    value: choice("FORMAT", ["tree", "c", "json", "arrow"], { C: "c", text: "tree", parquet: "arrow" }),
    topic: "Options",
    uses: ["schema show"],
    help: "show the layout as a tree, as declarations in C, as JSON, or the columns of -o arrow and -o parquet",
    default: "tree",
    example: ["ebpf-map schema show id 7 --format c", "declarations in C"],
  },
  values: {
    name: "values",
    topic: "Options",
    uses: ["schema check"],
    help: "check the values of all entries, too",
    example: ["ebpf-map schema check id 7 conns.schema.json --values", "the limits that the file sets, too"],
  },
  all: {
    name: "all",
    topic: "Types",
    uses: ["generate"],
    needs: ["btf"],
    excludes: ["key-type", "value-type", "schema"],
    help: "write one file for all maps, event streams and global data that the object file of --btf declares",
    example: ["ebpf-map generate --btf prog.bpf.o --all -o maps.ts", "openConns(), readBss() … in one file"],
  },
  check: {
    name: "check",
    topic: "Options",
    uses: ["generate"],
    needs: ["output"],
    help: "write nothing: exit with 1 if FILE is out of date",
    example: ["ebpf-map generate name conns -o conns.ts --check", "exits with 1 if the file is out of date"],
  },
} as const satisfies FlagTable;
