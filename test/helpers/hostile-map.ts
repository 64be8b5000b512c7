import { bytesFromText } from "../../src/bytes.ts";
import { Fd } from "../../src/sys/fd.ts";
import { BtfBuilder } from "./btf-builder.ts";
import { FakeKernel, fakeMap } from "./fake-kernel.ts";

/** Names that no compiler makes, but whoever loads BTF can. */
export const HOSTILE_NAMES: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "`$" + "{process.exit()}`",
  "*/ throw 1 /*",
  "'\"\\",
  "a\nb\u2028c",
  "\u001b]0;owned\u0007\u009b31m",
  "\u202egnp.exe\u2066",
  "\udcff\udc80",
  "tab\tand\rreturn",
  "e\u0301\u4e16\u{1f600}\u200b",
  "<script>&amp;",
];

/** Text that a terminal would obey, in a char array; it begins with a tab and ends in a byte that is no UTF-8. */
export const HOSTILE_TEXT = "\t\u001b[2J\u202ee\u0301\u4e16\udc9b";

const ROOM = 32;
export const HOSTILE_MAP_NAME = "\u001b[31m\u202e\n*/`";

/**
 * A kernel with two maps of a struct whose members have these names, a byte each, and a text called `text`; the struct,
 * an enum and the maps (7 and 8, which differ) have such names, too. The members of the first are 1, 2, 3…
 */
export class HostileKernel extends FakeKernel {
  readonly #btf: Uint8Array;

  constructor() {
    const btf = new BtfBuilder();
    const byte = btf.int("unsigned char", 1);
    const text = btf.array(btf.signed("char", 1), ROOM);
    const kind = btf.enum(HOSTILE_NAMES[5] ?? "", [[HOSTILE_NAMES[8] ?? "", 1]], { size: 1 });
    const size = HOSTILE_NAMES.length + 1 + ROOM;
    const value = btf.struct(HOSTILE_NAMES[4] ?? "", size, [
      ...HOSTILE_NAMES.map((name, i) => ({ name, type: byte, bitOffset: i * 8 })),
      { name: "kind", type: kind, bitOffset: HOSTILE_NAMES.length * 8 },
      { name: "text", type: text, bitOffset: (HOSTILE_NAMES.length + 1) * 8 },
    ]);
    const key = btf.struct(HOSTILE_NAMES[8] ?? "", 1, [{ name: HOSTILE_NAMES[8] ?? "", type: byte, bitOffset: 0 }]);
    super(
      [0, 100].map((more, i) => {
        const bytes = new Uint8Array(size);
        for (const n of HOSTILE_NAMES.keys()) bytes[n] = n + 1 + more;
        bytes[HOSTILE_NAMES.length] = 1;
        bytes.set(bytesFromText(HOSTILE_TEXT), HOSTILE_NAMES.length + 1);
        const info = { id: 7 + i, name: HOSTILE_MAP_NAME, keySize: 1, valueSize: size, maxEntries: 4 };
        const types = { btfId: 1, btfKeyTypeId: key, btfValueTypeId: value };
        const map = fakeMap(1);
        return {
          ...map,
          info: { ...map.info, ...info, ...types },
          buckets: [[{ key: Uint8Array.of(9), value: bytes }]],
        };
      }),
    );
    this.#btf = btf.build();
  }

  override openBtf(): Fd {
    return new Fd(1, () => undefined);
  }

  override btfBytes(): Uint8Array {
    return this.#btf;
  }
}
