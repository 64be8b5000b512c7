import type { BtfType } from "../types.ts";

/** BTF_INT_SIGNED, BTF_INT_BOOL. */
const SIGNED = 1;
const BOOL = 4;

/** A type of the language, as compilers describe it in BTF. */
export type BasicType = Extract<BtfType, { kind: "int" | "float" }>;

/** The types of C by their words, sorted: `unsigned long` and `long unsigned int` are one. */
const LANGUAGE_TYPES: ReadonlyMap<string, BasicType> = new Map(
  [
    int("char", 1, SIGNED, "char"),
    int("signed char", 1, SIGNED, "signed char"),
    int("unsigned char", 1, 0, "unsigned char"),
    int("short", 2, SIGNED, "short", "short int", "signed short", "signed short int"),
    int("unsigned short", 2, 0, "unsigned short", "unsigned short int"),
    int("int", 4, SIGNED, "int", "signed", "signed int"),
    int("unsigned int", 4, 0, "unsigned", "unsigned int"),
    int("long", 8, SIGNED, "long", "long int", "signed long", "signed long int"),
    int("unsigned long", 8, 0, "unsigned long", "unsigned long int"),
    int("long long", 8, SIGNED, "long long", "long long int", "signed long long", "signed long long int"),
    int("unsigned long long", 8, 0, "unsigned long long", "unsigned long long int"),
    int("__int128", 16, SIGNED, "__int128", "signed __int128"),
    int("unsigned __int128", 16, 0, "unsigned __int128"),
    int("_Bool", 1, BOOL, "_Bool", "bool"),
    float("float", 4),
    float("double", 8),
  ].flat(),
);

/** Words that make up the names above. */
export const LANGUAGE_WORDS: ReadonlySet<string> = new Set(
  [...LANGUAGE_TYPES.values()].flatMap(({ name }) => name.split(" ")).concat("signed", "bool"),
);

/** The names that stdint.h, the kernel and the C library have for integers, each with the type of the language. */
const TYPEDEFS: ReadonlyMap<string, string> = new Map([
  ...aliases("unsigned char", ["u8", "__u8", "uint8_t", "u_int8_t", "__uint8_t", "uchar", "u_char"]),
  ...aliases("signed char", ["s8", "__s8", "int8_t", "__int8_t"]),
  ...aliases("unsigned short", ["u16", "__u16", "uint16_t", "u_int16_t", "__uint16_t", "ushort", "u_short"]),
  ...aliases("unsigned short", ["__be16", "__le16", "__sum16", "in_port_t", "umode_t"]),
  ...aliases("short", ["s16", "__s16", "int16_t", "__int16_t"]),
  ...aliases("unsigned int", ["u32", "__u32", "uint32_t", "u_int32_t", "__uint32_t", "uint", "u_int"]),
  ...aliases("unsigned int", [
    "__be32",
    "__le32",
    "__wsum",
    "in_addr_t",
    "uid_t",
    "gid_t",
    "dev_t",
    "gfp_t",
    "socklen_t",
  ]),
  ...aliases("int", ["s32", "__s32", "int32_t", "__int32_t", "pid_t"]),
  ...aliases("unsigned long long", ["u64", "__u64", "uint64_t", "u_int64_t", "__uint64_t", "__be64", "__le64"]),
  ...aliases("long long", ["s64", "__s64", "int64_t", "__int64_t", "loff_t", "ktime_t", "time64_t"]),
  ...aliases("unsigned long", ["size_t", "uintptr_t", "ulong", "u_long"]),
  ...aliases("long", ["ssize_t", "intptr_t", "ptrdiff_t"]),
]);

/** The type that words of the language make, in whatever order; undefined for words that make none. */
export function languageType(words: readonly string[]): BasicType | undefined {
  return LANGUAGE_TYPES.get(sorted(words.join(" ")));
}

/** The type of the language that a well-known typedef stands for; undefined for a name that is none. */
export function knownTypedef(name: string): BasicType | undefined {
  const target = TYPEDEFS.get(name);
  return target === undefined ? undefined : LANGUAGE_TYPES.get(sorted(target));
}

function int(name: string, size: number, encoding: number, ...spellings: string[]): [string, BasicType][] {
  const type: BasicType = { kind: "int", name, size, encoding, offset: 0, bits: size * 8 };
  return spellings.map((spelling) => [sorted(spelling), type]);
}

function float(name: string, size: number): [string, BasicType][] {
  return [[name, { kind: "float", name, size }]];
}

function aliases(type: string, names: readonly string[]): [string, string][] {
  return names.map((name) => [name, type]);
}

function sorted(words: string): string {
  return words.split(" ").sort().join(" ");
}
