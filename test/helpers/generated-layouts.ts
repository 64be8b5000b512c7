import type { GeneratedFile, GeneratedMap, NamedLayout } from "../../src/codegen/generated.ts";
import { declareType } from "../../src/schema/c/declaration.ts";
import { layoutFromBtf } from "../../src/schema/from-btf.ts";
import type { Layout } from "../../src/schema/layout.ts";
import { TypeTable } from "../../src/schema/type-table.ts";

/** The layouts for which `golden/generated` has files: `[key, value]` in C, no key for global data. */
const DECLARATIONS: Readonly<Record<string, readonly [key: string | undefined, value: string]>> = {
  counters: ["u32", "u64"],
  connections: [
    "struct conn_key { u32 saddr; u32 daddr; u16 sport; u16 dport; u8 proto; }",
    "struct conn_val { u64 packets; u64 bytes; enum state { ST_NEW, ST_OPEN = 3, ST_DEAD = -1 } st; char comm[16]; bool seen; }",
  ],
  bit_fields: [
    "struct { u32 a : 3; u32 b : 12; s32 c : 7; }",
    "struct bits { u64 wide : 60; u64 small : 4; s8 tail : 2; }",
  ],
  packed: ["struct { u8 a; u32 b; } __packed", "struct { u8 a; u64 b; s16 c; float d; } __packed"],
  nested: [
    "struct outer { struct inner { u16 x; u8 y[2]; } in[2]; u32 z; }",
    "struct { struct { struct { u8 deep; } b; } a; u16 matrix[2][3]; }",
  ],
  unions: ["union addr { u32 word; u8 bytes[4]; }", "struct { union { u32 v4; u8 v6[16]; }; u8 family; }"],
  wide: ["__int128", "struct { unsigned __int128 big; __int128 small; double ratio; void *owner; }"],
  enums: [
    "enum small { A = 1, B = 200 } __packed",
    "struct { enum big { HUGE = 0xffffffffffffffff, TINY = 1 } e; enum big list[2]; }",
  ],
  texts: ["char[16]", "struct { char name[8]; u8 raw[8]; char one; char lines[2][4]; }"],
  keywords: [
    "struct { u32 class; u32 new; u32 import; }",
    "struct { u32 constructor; u32 default; u32 at; u32 bytes; u32 view; }",
  ],
  empty: ["struct { u32 a; u8 none[0]; }", "struct { u8 : 3; u8 b : 2; }"],
  no_key: [undefined, "struct { u32 first; u32 second; }"],
  shared: ["struct addr { u32 ip; u16 port; }", "struct { struct addr { u32 ip; u16 port; } from; u64 hits; }"],
  per_cpu: [
    "u32",
    "struct datarec { u64 processed; u32 dropped; u8 load[2]; enum verdict { PASS, DROP } last; char comm[8]; bool seen; double rate; }",
  ],
  per_cpu_counter: ["u32", "u64"],
};

/** The maps that have a value for each CPU. */
const PER_CPU: readonly string[] = ["per_cpu", "per_cpu_counter"];

export const GENERATED: readonly string[] = Object.keys(DECLARATIONS);

/** Returns the map that one of them is generated for. */
export function generatedLayouts(name: string): GeneratedMap {
  const [key, value = ""] = DECLARATIONS[name] ?? [];
  const layouts = { key: key === undefined ? undefined : declared(key), value: declared(value) };
  return { name, ...layouts, perCpu: PER_CPU.includes(name) };
}

/** The layout of a type that is declared in C. */
export function declared(text: string): Layout {
  const table = new TypeTable();
  return layoutFromBtf(table, declareType(table, text));
}

/** Returns the contents of a whole generated file: maps that share types, global data, and streams of all forms. */
export function generatedFile(): GeneratedFile {
  const addr = "struct addr { u32 ip; u16 port; }";
  const rates = "struct rates { u64 packets; enum verdict { PASS, DROP } last; }";
  const open = event("struct open_event", "struct open_event { u32 kind; char path[12]; }");
  const exec = event("struct exec_event", "struct exec_event { u32 kind; u32 pid; }");
  const rest = event("struct message", "struct message { u32 len; char data[]; }");
  const typed = event("struct rates", rates);
  const map = (
    name: string,
    key: string | undefined,
    value: string,
    more: Partial<GeneratedMap> = {},
  ): GeneratedMap => {
    return { name, key: key === undefined ? undefined : declared(key), value: declared(value), perCpu: false, ...more };
  };
  const variables = declared("struct { u64 counter; char text[8]; }");
  const vars =
    "fields" in variables
      ? variables.fields.map(({ name, bitOffset, layout }) => ({ name, offset: bitOffset / 8, layout }))
      : [];
  const bss = { kind: "section", size: variables.size, vars, typeName: ".bss", tagged: false } as const;
  return {
    name: "whole",
    maps: [
      map("conns", "struct conns_key { u32 id; struct addr { u32 ip; u16 port; } from; }", rates),
      map("per-cpu", addr, rates, { perCpu: true }),
      map("links", "u32", "u32", { sizes: { key: 4, value: 4 } }),
      { name: ".bss", key: undefined, value: bss, perCpu: false },
    ],
    streams: [
      { name: "one", perf: false, events: { kind: "one", type: typed } },
      {
        name: "mixed",
        perf: false,
        events: {
          kind: "tagged",
          typeBy: "u32@0",
          cases: [
            { value: 1n, type: open },
            { value: 2n, type: exec },
            { value: 0xffffffffn, type: exec },
          ],
        },
      },
      { name: "chosen", perf: true, events: { kind: "chosen", types: [rest, exec] } },
      { name: "conns", perf: true, events: { kind: "bytes" } },
    ],
    leftOut: [{ name: "seen */", why: "only tells whether a value may be in it" }],
  };
}

function event(name: string, text: string): NamedLayout {
  return { name, layout: declared(text) };
}
