import { arrayCases, edgeValues, type GoldenCase, join, le, packed, type TypeCase, text } from "../case.ts";

const SIGNED = 1;
const CHAR = 2;
const BOOL = 4;

/** Each BTF kind and each rule of how bpftool prints it, in an array with one value a rule. */
const KINDS: readonly TypeCase[] = [
  {
    name: "values/ints/widths",
    covers: "signed and unsigned integers of 1, 2, 4 and 8 bytes",
    size: 30,
    type: (btf) =>
      packed(btf, "widths", [
        ["u8", btf.int("unsigned char", 1), 1],
        ["s8", btf.signed("signed char", 1), 1],
        ["u16", btf.int("unsigned short", 2), 2],
        ["s16", btf.signed("short", 2), 2],
        ["u32", btf.int("unsigned int", 4), 4],
        ["s32", btf.signed("int", 4), 4],
        ["u64", btf.int("unsigned long long", 8), 8],
        ["s64", btf.signed("long long", 8), 8],
      ]),
  },
  {
    name: "values/ints/edges-of-64-bits",
    covers: "2^53+1, 2^63 and 2^64-1, as unsigned and as signed",
    size: 16,
    type: (btf) =>
      packed(btf, "pair", [
        ["u", btf.int("unsigned long long", 8), 8],
        ["s", btf.signed("long long", 8), 8],
      ]),
    values: [
      0n,
      1n,
      2n ** 31n,
      2n ** 32n - 1n,
      2n ** 32n,
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 63n - 1n,
      2n ** 63n,
      2n ** 64n - 1n,
    ].map((value) => join(le(8, value), le(8, value))),
  },
  {
    name: "values/ints/128-bits",
    covers: "128-bit integers are hex, signed ones too",
    size: 32,
    type: (btf) =>
      packed(btf, "wide", [
        ["u", btf.int("unsigned __int128", 16), 16],
        ["s", btf.signed("__int128", 16), 16],
      ]),
    values: [0n, 1n, 0xfn, 2n ** 64n - 1n, 2n ** 64n, 2n ** 100n, 2n ** 127n, 2n ** 128n - 1n].map((value) =>
      join(le(16, value), le(16, value)),
    ),
  },
  {
    name: "values/ints/odd-widths",
    covers: "integers of 3, 5, 6, 7 and 12 bytes",
    size: 33,
    type: (btf) =>
      packed(btf, "odd", [
        ["b3", btf.int("u24", 3), 3],
        ["b5", btf.signed("s40", 5), 5],
        ["b6", btf.int("u48", 6), 6],
        ["b7", btf.signed("s56", 7), 7],
        ["b12", btf.int("u96", 12), 12],
      ]),
  },
  {
    name: "values/ints/bits-and-offset",
    covers: "integers that use 1, 13, 24 or 60 bits of their storage, at bit 0, 3, 4 and 12",
    size: 18,
    type: (btf) =>
      packed(btf, "bits", [
        ["one", btf.int("flag", 1, { bits: 1 }), 1],
        ["offset3", btf.int("part", 1, { bits: 4, offset: 3 }), 1],
        ["bits13", btf.int("u13", 4, { bits: 13 }), 4],
        ["offset4", btf.int("s24", 4, { encoding: SIGNED, bits: 24, offset: 4 }), 4],
        ["bits60", btf.int("u60", 8, { bits: 52, offset: 12 }), 8],
      ]),
  },
  {
    name: "values/ints/bool",
    covers: "any non-zero first byte is true, however wide the bool is",
    size: 15,
    type: (btf) =>
      packed(btf, "flags", [
        ["b1", btf.int("_Bool", 1, { encoding: BOOL }), 1],
        ["b2", btf.int("bool16", 2, { encoding: BOOL }), 2],
        ["b4", btf.int("bool32", 4, { encoding: BOOL }), 4],
        ["b8", btf.int("bool64", 8, { encoding: BOOL }), 8],
      ]),
    values: [...edgeValues(15), join(le(1, 2), le(2, 0x100), le(4, 0x100), le(8, 2n ** 63n))],
  },
  {
    name: "values/chars/single",
    covers: "a single char is a number unless it is encoded as CHAR",
    size: 3,
    type: (btf) =>
      packed(btf, "chars", [
        ["plain", btf.signed("char", 1), 1],
        ["unsigned", btf.int("unsigned char", 1), 1],
        ["encoded", btf.int("char", 1, { encoding: CHAR }), 1],
      ]),
    values: [..."a0 ~\"\\'/\n\t\0\x7f\x80\xe9\xff"].map((char) => text(3, char.repeat(3))),
  },
  {
    name: "values/chars/wide",
    covers: "CHAR of 2 and 4 bytes looks at its first byte only",
    size: 6,
    type: (btf) =>
      packed(btf, "chars", [
        ["c16", btf.int("char16_t", 2, { encoding: CHAR }), 2],
        ["c32", btf.int("char32_t", 4, { encoding: CHAR }), 4],
      ]),
    values: [text(6, "A\0B\0\0\0"), text(6, "\0A\0B\0\0"), text(6, "abcdef"), le(6, 0xe9), ...edgeValues(6)],
  },
  {
    name: "values/chars/odd-bits",
    covers: "CHAR and BOOL with a bit width of their own are hex",
    size: 4,
    type: (btf) =>
      packed(btf, "odd", [
        ["c", btf.int("char", 1, { encoding: CHAR, bits: 7 }), 1],
        ["b", btf.int("_Bool", 1, { encoding: BOOL, bits: 1 }), 1],
        ["o", btf.int("char", 2, { encoding: CHAR, bits: 8, offset: 4 }), 2],
      ]),
    values: [text(4, "abcd"), ...edgeValues(4)],
  },
  {
    name: "values/pointers/bare",
    covers: "pointers: decimal in JSON, %p in plain, (nil)",
    size: 24,
    type: (btf) =>
      packed(btf, "pointers", [
        ["void", btf.ptr(0), 8],
        ["named", btf.ptr(btf.fwd("sock")), 8],
        ["func", btf.typedef("callback", btf.ptr(btf.funcProto(0, [{ name: "", type: btf.ptr(0) }]))), 8],
      ]),
    values: [...edgeValues(24), join(le(8, 0x10), le(8, 2n ** 53n + 1n), le(8, 0xffff_8880_0123_4567n))],
  },
  {
    name: "values/pointers/tagged",
    covers: "type tags behind a pointer do no harm",
    size: 8,
    type: (btf) => btf.ptr(btf.typeTag("user", btf.typeTag("rcu", btf.const(btf.signed("char", 1))))),
  },
  {
    name: "values/enums/named",
    covers: "named, negative, unknown and doubly named values of enums of 4 bytes",
    size: 8,
    type: (btf) =>
      packed(btf, "states", [
        ["s", btf.enum("state", ENUMERATORS, { signed: true }), 4],
        ["u", btf.enum("level", ENUMERATORS), 4],
      ]),
    values: [0, 1, 2, 3, -1, 200, 2 ** 31 - 1, -(2 ** 31), 99].map((value) => join(le(4, value), le(4, value))),
  },
  {
    name: "values/enums/sizes",
    covers: "enums of 1, 2 and 8 bytes: the value is sign-extended, so an unsigned 200 in a byte isn't found",
    size: 22,
    type: (btf) =>
      packed(btf, "sizes", [
        ["u1", btf.enum("u1", ENUMERATORS, { size: 1 }), 1],
        ["s1", btf.enum("s1", ENUMERATORS, { size: 1, signed: true }), 1],
        ["u2", btf.enum("u2", ENUMERATORS, { size: 2 }), 2],
        ["s2", btf.enum("s2", ENUMERATORS, { size: 2, signed: true }), 2],
        ["u8", btf.enum("u8", ENUMERATORS, { size: 8 }), 8],
        ["s8", btf.enum("s8", ENUMERATORS, { size: 8, signed: true }), 8],
      ]),
    values: [0n, 1n, 2n, -1n, 200n, 0xffffn, 60000n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n].map(
      (value) => join(le(1, value), le(1, value), le(2, value), le(2, value), le(8, value), le(8, value)),
    ),
  },
  {
    name: "values/enums/without-names",
    covers: "an enum without enumerators",
    size: 4,
    type: (btf) => btf.enum("empty", []),
  },
  {
    name: "values/enums/64-bits",
    covers: "64-bit enums, signed and unsigned, also beyond 2^53",
    size: 16,
    type: (btf) =>
      packed(btf, "wide", [
        ["u", btf.enum64("u64", WIDE_ENUMERATORS), 8],
        ["s", btf.enum64("s64", WIDE_ENUMERATORS, { signed: true }), 8],
      ]),
    values: [0n, 1n, 2n, -1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 2n].map((value) =>
      join(le(8, value), le(8, value)),
    ),
  },
  {
    name: "values/modifiers/typedef-chain",
    covers: "typedef, const, volatile and restrict, one on the other",
    size: 4,
    type: (btf) =>
      btf.typedef(
        "outer",
        btf.const(btf.volatile(btf.restrict(btf.typedef("inner", btf.const(btf.signed("int", 4)))))),
      ),
  },
  {
    name: "values/modifiers/decl-tag",
    covers: "decl tags on a struct, its member, a typedef, a function and its parameter",
    size: 4,
    type: (btf) => {
      const record = btf.struct("tagged", 4, [{ name: "n", type: btf.int("unsigned int", 4), bitOffset: 0 }]);
      btf.declTag("record", record);
      btf.declTag("member", record, 0);
      const typedef = btf.typedef("tagged_t", record);
      btf.declTag("typedef", typedef);
      const func = btf.func("handler", btf.funcProto(record, [{ name: "given", type: typedef }]));
      btf.declTag("function", func);
      btf.declTag("parameter", func, 0);
      return typedef;
    },
  },
  {
    name: "values/structs/union",
    covers: "a union shows all its members",
    size: 16,
    type: (btf) => {
      const word = btf.int("unsigned int", 4);
      return btf.union("address", 16, [
        { name: "v4", type: word, bitOffset: 0 },
        { name: "v6", type: btf.array(btf.int("unsigned char", 1), 16), bitOffset: 0 },
        { name: "words", type: btf.array(word, 4), bitOffset: 0 },
        { name: "nothing", type: btf.struct("", 0, []), bitOffset: 0 },
      ]);
    },
  },
  {
    name: "values/structs/empty",
    covers: "empty structs and arrays of them, first, last and alone",
    size: 4,
    type: (btf) => {
      const empty = btf.struct("empty", 0, []);
      return btf.struct("around", 4, [
        { name: "first", type: empty, bitOffset: 0 },
        { name: "none", type: btf.array(empty, 0), bitOffset: 0 },
        { name: "three", type: btf.array(empty, 3), bitOffset: 0 },
        { name: "n", type: btf.int("unsigned int", 4), bitOffset: 0 },
        { name: "last", type: empty, bitOffset: 32 },
      ]);
    },
  },
  {
    name: "values/structs/anonymous",
    covers: 'anonymous members have the name "", several of them in one struct',
    size: 24,
    type: (btf) => {
      const word = btf.int("unsigned int", 4);
      const inner = btf.struct("", 8, [
        { name: "a", type: word, bitOffset: 0 },
        { type: word, bitOffset: 32 },
      ]);
      const choice = btf.union("", 8, [
        { name: "long", type: btf.int("unsigned long long", 8), bitOffset: 0 },
        { type: inner, bitOffset: 0 },
      ]);
      return btf.struct("", 24, [
        { type: inner, bitOffset: 0 },
        { type: choice, bitOffset: 64 },
        { name: "a", type: word, bitOffset: 128 },
      ]);
    },
  },
  {
    name: "values/structs/holes",
    covers: "padding is left out, overlapping and unaligned members are not",
    size: 24,
    type: (btf) =>
      btf.struct("holes", 24, [
        { name: "c", type: btf.signed("char", 1), bitOffset: 0 },
        { name: "unaligned", type: btf.int("unsigned int", 4), bitOffset: 24 },
        { name: "overlap", type: btf.int("unsigned short", 2), bitOffset: 40 },
        { name: "long", type: btf.int("unsigned long long", 8), bitOffset: 64 },
        { name: "end", type: btf.int("unsigned char", 1), bitOffset: 160 },
      ]),
  },
  {
    name: "values/structs/nested",
    covers: "20 levels of structs and arrays, for the indentation",
    size: 4,
    type: (btf) => {
      let type = btf.int("unsigned int", 4);
      for (let level = 0; level < 10; level++) {
        type = btf.struct(`level${level}`, 4, [{ name: `l${level}`, type: btf.array(type, 1), bitOffset: 0 }]);
      }
      return type;
    },
  },
  {
    name: "values/structs/shared",
    covers: "one type in many places, and a list that points to itself",
    size: 40,
    type: (btf) => {
      const list = btf.nextId + 1;
      const pointer = btf.ptr(list);
      btf.struct("list_head", 16, [
        { name: "next", type: pointer, bitOffset: 0 },
        { name: "prev", type: pointer, bitOffset: 64 },
      ]);
      return btf.struct("node", 40, [
        { name: "siblings", type: list, bitOffset: 0 },
        { name: "children", type: list, bitOffset: 128 },
        { name: "parent", type: btf.ptr(btf.nextId + 1), bitOffset: 256 },
      ]);
    },
  },
  {
    name: "values/structs/lock-and-timer",
    covers: "spin locks and timers read as zeros",
    size: 32,
    type: (btf) => {
      const lock = btf.struct("bpf_spin_lock", 4, [{ name: "val", type: btf.int("unsigned int", 4), bitOffset: 0 }]);
      const half = btf.int("unsigned long long", 8);
      const timer = btf.struct("bpf_timer", 16, [{ name: "__opaque", type: btf.array(half, 2), bitOffset: 0 }]);
      return btf.struct("guarded", 32, [
        { name: "lock", type: lock, bitOffset: 0 },
        { name: "timer", type: timer, bitOffset: 64 },
        { name: "count", type: half, bitOffset: 192 },
      ]);
    },
  },
];

export const KIND_CASES: readonly GoldenCase[] = arrayCases(KINDS);

/** Out of order, the same value twice, negative, and such that only fit an unsigned enum. */
const ENUMERATORS: readonly (readonly [string, number])[] = [
  ["TWO", 2],
  ["ONE", 1],
  ["ONE_AGAIN", 1],
  ["MINUS_ONE", -1],
  ["TWO_HUNDRED", 200],
  ["SIXTY_THOUSAND", 60000],
  ["MIN", -(2 ** 31)],
];

const WIDE_ENUMERATORS: readonly (readonly [string, bigint])[] = [
  ["ONE", 1n],
  ["ALL", -1n],
  ["BIT32", 2n ** 32n],
  ["ODD", 2n ** 53n + 1n],
  ["TOP", 2n ** 63n],
];
