import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { btfFromElf, looksLikeElf } from "../../../../src/btf/elf/elf.ts";
import { loadBtf } from "../../../../src/btf/load.ts";
import { sizeOf } from "../../../../src/btf/resolve.ts";
import { typeName } from "../../../../src/btf/type-name.ts";
import { EbpfMapError } from "../../../../src/errors.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { buildElf, type ElfShape } from "../../../helpers/elf-builder.ts";
import { Random } from "../../../helpers/random.ts";
import { liveSuite } from "../../../helpers/requirements.ts";

const SHAPES: readonly ElfShape[] = [
  { wide: true, littleEndian: true },
  { wide: true, littleEndian: false },
  { wide: false, littleEndian: true },
  { wide: false, littleEndian: false },
];

describe.each(SHAPES)("ELF with wide $wide, littleEndian $littleEndian", (shape) => {
  const { littleEndian } = shape;
  const builder = new BtfBuilder();
  const int = builder.signed("int", 4);
  const btf = builder.build({ littleEndian });
  const text = { name: ".text", bytes: Uint8Array.of(1, 2, 3) };
  const ext = { name: ".BTF.ext", bytes: Uint8Array.of(9, 8, 7) };

  test.each([
    { what: "with .BTF.ext", sections: [text, ext, { name: ".BTF", bytes: btf }], btfExt: ext.bytes },
    { what: "without .BTF.ext", sections: [{ name: ".BTF", bytes: btf }, text], btfExt: undefined },
  ])("finds the BTF $what", ({ sections, btfExt }) => {
    const bytes = buildElf(shape, sections);
    expect(looksLikeElf(bytes)).toBe(true);
    expect(btfFromElf(bytes)).toEqual({ btf, btfExt, littleEndian });
    expect(loadBtf(bytes).type(int)).toMatchObject({ kind: "int", name: "int" });
  });

  test("finds the BTF behind extended section numbers", () => {
    const bytes = buildElf(shape, [text, { name: ".BTF", bytes: btf }], { extended: true });
    expect(loadBtf(bytes).typeCount).toBe(2);
  });

  test.each([
    { problem: "no .BTF", sections: [text], message: "there is no section .BTF" },
    { problem: "a .BTF without contents", sections: [{ name: ".BTF", bytes: btf, type: 8 }], message: "no contents" },
    { problem: "a compressed .BTF", sections: [{ name: ".BTF", bytes: btf, flags: 0x800 }], message: "is compressed" },
    { problem: "no BTF in .BTF", sections: [{ name: ".BTF", bytes: new Uint8Array(24) }], message: "magic number" },
  ])("$problem is refused", ({ sections, message }) => {
    const load = (): unknown => loadBtf(buildElf(shape, sections), { what: "conn.o" });
    expect(load).toThrow(expect.objectContaining({ code: "BTF_INVALID" }));
    expect(load).toThrow(`read conn.o: `);
    expect(load).toThrow(message);
  });

  test("each shorter file is refused", () => {
    const bytes = buildElf(shape, [{ name: ".BTF", bytes: btf }]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => btfFromElf(bytes.subarray(0, length))).toThrow(EbpfMapError);
    }
  });

  test("changed bytes are read or refused", () => {
    const bytes = buildElf(shape, [text, ext, { name: ".BTF", bytes: btf }]);
    const random = new Random(7);
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const changed = bytes.slice();
      for (let n = random.between(1, 4); n > 0; n--)
        changed[random.below(bytes.length)] = random.pick([0, 1, 127, 255]);
      try {
        loadBtf(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(EbpfMapError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

test.each([
  { problem: "not ELF", bytes: new Uint8Array(64), message: "magic number" },
  {
    problem: "ELF's magic number alone",
    bytes: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46),
    message: "needs 52 bytes, got 4",
  },
])("$problem is refused", ({ bytes, message }) => {
  expect(() => btfFromElf(bytes)).toThrow(message);
});

test("raw BTF needs no ELF", () => {
  const builder = new BtfBuilder();
  builder.signed("int", 4);
  expect(looksLikeElf(builder.build())).toBe(false);
  expect(loadBtf(builder.build()).typeCount).toBe(2);
});

liveSuite("BTF of a compiled object", ["clang"], () => {
  const source = `
    struct conn_key { unsigned int saddr; unsigned short sport; unsigned char proto : 4, family : 4; };
    struct conn_key key; const char *name; enum { A = -1, B = 7 } mode;`;

  test.each(["bpfel", "bpfeb"])("clang's object for %s", (target) => {
    const arguments_ = ["-g", "-O2", "-target", target, "-x", "c", "-c", "-o", "-", "-"];
    const object = execFileSync("clang", arguments_, { input: source, stdio: ["pipe", "pipe", "ignore"] });
    const elf = btfFromElf(object);
    expect(elf).toMatchObject({ littleEndian: target === "bpfel", btfExt: undefined });
    const btf = loadBtf(object);
    expect(btf.littleEndian).toBe(target === "bpfel");
    const [key] = btf.idsByName("conn_key");
    expect(btf.type(key ?? 0)).toMatchObject({
      kind: "struct",
      size: 8,
      members: [
        { name: "saddr", bitOffset: 0, bitfieldSize: 0 },
        { name: "sport", bitOffset: 32, bitfieldSize: 0 },
        { name: "proto", bitOffset: 48, bitfieldSize: 4 },
        { name: "family", bitOffset: 52, bitfieldSize: 4 },
      ],
    });
    const [name] = btf.idsByName("name");
    expect(typeName(btf, name ?? 0)).toBe("const char *");
    const [mode] = btf.idsByName("mode");
    expect(sizeOf(btf, mode ?? 0)).toBe(4);
  });
});
