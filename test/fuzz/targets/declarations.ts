import { cText } from "../../../src/btf/c/c-text.ts";
import { parseBtf } from "../../../src/btf/parse.ts";
import { bytesFromText, textFromBytes } from "../../../src/bytes.ts";
import { compileValueDecoder } from "../../../src/codec/access/value-decoder.ts";
import { generateTypeScript } from "../../../src/codegen/generate.ts";
import type { EbpfMapError } from "../../../src/errors.ts";
import { declareType } from "../../../src/schema/c/declaration.ts";
import type { Violation } from "../../../src/schema/file/constraints.ts";
import { type CheckedType, findSchema, readSchema, schemaText } from "../../../src/schema/file/schema-file.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { layoutTree } from "../../../src/schema/layout-tree.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";
import { connectionBtf } from "../../helpers/connections.ts";
import type { Random } from "../../helpers/random.ts";
import { answered } from "../answered.ts";
import { someBtf } from "../btf-corpus.ts";
import { mutateText } from "../mutate-text.ts";
import type { Target } from "../target.ts";

/** The largest value that is decoded here: more would only take longer. */
const MAX_VALUE = 4096;

const BASE = parseBtf(connectionBtf().bytes);

const DECLARATIONS: readonly string[] = [
  "u64",
  "unsigned long long int",
  "char[16]",
  "struct conn_key",
  "struct { u32 saddr, daddr; u16 ports[2]; u8 proto; } __attribute__((packed, aligned(4)))",
  "struct inner { u8 a : 3; u8 : 0; s16 b : 5; }; union u { struct inner i; u64 whole; }; struct { union u u[3]; }",
  "enum state { A, B = -2, C = 0x7fffffff, D = 18446744073709551615ull } __packed",
  "struct { const volatile void *p; double d; _Bool yes; __int128 big; struct { u8 x; }; } // text",
  "struct outer { struct { struct { u8 deep[2][3]; } b; } a; /* text */ };",
];

/** Parts from which declarations are put together that nobody would write. */
const WORDS: readonly string[] = [
  "struct",
  "union",
  "enum",
  "{",
  "}",
  ";",
  "u8",
  "u32",
  "unsigned",
  "long",
  "a",
  "b",
  "conn_key",
  ": 3",
  ": 0",
  "*",
  "[2]",
  "[]",
  "[4294967295]",
  "[0]",
  "const",
  "__packed",
  "__attribute__((aligned(4096)))",
  "=",
  "-1",
  ",",
  "void",
  "(",
];

/** C declarations, alone and on the types of a program: laid out, shown, written out, generated. */
export const C_DECLARATION: Target = {
  name: "c declaration",
  input: (random) => bytesFromText(random.chance(0.3) ? wordSoup(random) : bent(random.pick(DECLARATIONS), random)),
  run(input, random) {
    const table = new TypeTable(random.chance(0.5) ? BASE : undefined);
    const id = answered(() => declareType(table, textFromBytes(input)));
    if (id === undefined) return false;
    answered(() => cText(table, [{ id, name: "it" }]));
    const layout = answered(() => layoutFromBtf(table, id));
    if (layout === undefined) return true;
    for (const show of [layoutTree, schemaOf, generated]) answered(() => show(layout, "value"));
    return true;
  },
};

/** Schema files: read, looked up, values decoded by them and held against what they say. */
export const SCHEMA_FILE: Target = {
  name: "schema file",
  input: (random) => bytesFromText(bent(someSchema(random), random)),
  run(input, random) {
    const layouts = answered(() => readSchema(textFromBytes(input)));
    if (layouts === undefined) return false;
    const found = findSchema(layouts, random.pick(["conns", "", "a*b", "x".repeat(15)]), "6.18.0-cloud-amd64");
    for (const { key, value } of found === undefined ? layouts : [found]) {
      for (const side of [key, value]) if (side !== undefined) checked(side, random);
    }
    return true;
  },
};

function bent(text: string, random: Random): string {
  return random.chance(0.1) ? text : mutateText(text, random);
}

function wordSoup(random: Random): string {
  return Array.from({ length: random.between(1, 24) }, () => random.pick(WORDS)).join(" ");
}

function schemaOf(layout: Layout): string {
  return schemaText("map", { key: undefined, value: layout });
}

function generated(layout: Layout): string {
  return generateTypeScript({ name: "map", key: undefined, value: layout, perCpu: false });
}

const made = new Map<number, string>();

/** The schema of random types, or of a connection with limits; each made once. */
function someSchema(random: Random): string {
  const seed = random.below(256);
  const text = made.get(seed) ?? (seed < 32 ? limitedSchema() : randomSchema(random));
  made.set(seed, text);
  return text;
}

function randomSchema(random: Random): string {
  const btf = parseBtf(someBtf(random));
  const layouts = Array.from({ length: Math.min(btf.typeCount, 32) }, (_, id) =>
    answered(() => layoutFromBtf(btf, id)),
  );
  const value = layouts.findLast((layout) => layout !== undefined && layout.size > 0);
  return value === undefined ? limitedSchema() : (answered(() => schemaOf(value)) ?? limitedSchema());
}

function limitedSchema(): string {
  const { key, value } = connectionBtf();
  const text = schemaText("conn*", { key: layoutFromBtf(BASE, key), value: layoutFromBtf(BASE, value) });
  const limits = '"minimum":1,"maximum":"18446744073709551615","enum":[1,"A"],';
  return text.replace('"map"', '"kernel": ">=5.10 <7", "map"').replaceAll('"kind": "int",', `"kind":"int",${limits}`);
}

function checked({ layout, check }: CheckedType, random: Random): void {
  if (layout.size > MAX_VALUE) return;
  const bytes = random.bytes(layout.size);
  const violations: Violation[] = [];
  answered<EbpfMapError | undefined>(() => {
    check?.(compileValueDecoder(layout)(bytes, new DataView(bytes.buffer), 0), "value", violations);
    return undefined;
  });
}
