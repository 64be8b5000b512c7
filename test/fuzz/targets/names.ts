import { type Btf, parseBtf } from "../../../src/btf/parse.ts";
import { bytesFromText, textFromBytes } from "../../../src/bytes.ts";
import { declareType } from "../../../src/schema/c/declaration.ts";
import { declaredMaps } from "../../../src/schema/declared-map.ts";
import { givenTypes } from "../../../src/schema/given-types.ts";
import { typeIdByName, typeSuggestion } from "../../../src/schema/type-by-name.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { addDefinition, addMapSection, addRustWrappers, declareMaps } from "../../helpers/declared-maps.ts";
import type { Random } from "../../helpers/random.ts";
import { answered } from "../answered.ts";
import { mutate } from "../mutate.ts";
import { mutateText } from "../mutate-text.ts";
import type { Target } from "../target.ts";

/** Names as compilers of several languages write them, and such as no compiler would. */
const NAMES: readonly string[] = [
  "Stat<u64>",
  "HashMap<u32, (u8, &str)>",
  "main.Val",
  "struct main.Val",
  "FlowKey",
  "struct FlowKey",
  "*mut u8",
  "[u8; 4]",
  "Flux\u00e9",
  "enum Either",
  "Either",
  "unsigned int",
  "__proto__",
  'a"b',
  "",
  " ",
  "x".repeat(5000),
];

function program(): Btf {
  const b = new BtfBuilder();
  const u64 = b.int("u64", 8);
  const members = [{ name: "a", type: u64, bitOffset: 0 }];
  for (const name of NAMES) b.struct(name.replace(/^(struct|enum) /, ""), 8, members);
  b.enum("Either", [["A", 0]]);
  return parseBtf(b.build());
}

const PROGRAM = program();

/** Names of types, with and without their keyword and in quotes, alone and in declarations. */
export const TYPE_NAME: Target = {
  name: "type name",
  input(random) {
    const name = random.chance(0.4) ? mutateText(random.pick(NAMES), random) : random.pick(NAMES);
    const text = random.pick([name, `"${name}"`, `struct "${name}"`, `struct { "${name}" a; u32 b; }`, `"${name}"[3]`]);
    return bytesFromText(text);
  },
  run(input) {
    const text = textFromBytes(input);
    answered(() => typeIdByName(PROGRAM, text));
    answered(() => typeSuggestion(PROGRAM, text));
    return answered(() => declareType(new TypeTable(PROGRAM), text)) !== undefined;
  },
};

/** The declarations of an object's maps, and the types that each gives a map. */
export const DECLARED_MAPS: Target = {
  name: "declared maps",
  input: (random) => (random.chance(0.8) ? mutate(someMaps(random), random) : someMaps(random)),
  run(input, random) {
    const btf = answered(() => parseBtf(input));
    const maps = btf && answered(() => declaredMaps(btf));
    if (btf === undefined || maps === undefined) return false;
    for (const { name, keySize = 4, valueSize = 8 } of [...maps.slice(0, 8), { name: "devmap_xmit_cnt" }]) {
      const map = { label: "map", name: name.slice(0, 15), keySize, valueSize, type: random.below(20) };
      const holdsIds = random.chance(0.2);
      const declaration = random.chance(0.3) ? name : undefined;
      answered(() =>
        givenTypes({ btf, declaration, key: undefined, value: undefined }, { ...map, holdsIds, pin: name }),
      );
    }
    return maps.length > 0;
  },
};

function someMaps(random: Random): Uint8Array {
  const b = new BtfBuilder();
  const [u32, u64] = [b.int("u32", 4), b.int("u64", 8)];
  const any = (): number => (random.chance(0.7) ? random.pick([u32, u64]) : random.below(b.nextId + 3));
  const values = addDefinition(b, { numbers: { type: 1 }, types: { key: any(), value: any() } }, "inner");
  declareMaps(
    b,
    ["devmap_xmit_cnt", "devmap_xmit_cnt_multi", "outer"].map((name) => ({
      name,
      numbers: { type: random.below(20), key_size: random.below(9) },
      types: { key: any(), value: any() },
      ...(random.chance(0.5) ? { values: random.chance(0.8) ? values : any() } : {}),
    })),
  );
  const wrapped = addRustWrappers(b, random.chance(0.7) ? values : b.nextId + 1, 32);
  addMapSection(
    b,
    [
      { name: "RUST", type: wrapped },
      { name: "any", type: any() },
    ],
    random.pick([".maps", "maps"]),
  );
  b.struct("____btf_map_any", 16, [
    { name: "key", type: any(), bitOffset: 0 },
    { name: "value", type: any(), bitOffset: 0 },
  ]);
  return b.build();
}
