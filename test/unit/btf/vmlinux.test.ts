import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cText } from "../../../src/btf/c/c-text.ts";
import { parseBtf } from "../../../src/btf/parse.ts";
import { sizeOf } from "../../../src/btf/resolve.ts";
import { BTF_KINDS, type BtfType } from "../../../src/btf/types.ts";
import { runBpftool } from "../../helpers/bpftools.ts";
import { liveSuite, skip } from "../../helpers/requirements.ts";

const VMLINUX = "/sys/kernel/btf/vmlinux";
const LINKAGES = ["static", "global", "extern"];

/** What `bpftool -j btf dump` prints of a type, but for the encoding of ints, which it prints as a word. */
function asBpftool(id: number, type: BtfType): object {
  const name = "name" in type && type.name !== "" ? type.name : "(anon)";
  return { id, kind: type.kind.toUpperCase(), name, ...fieldsOf(type) };
}

function fieldsOf(type: BtfType): object {
  switch (type.kind) {
    case "int":
      return { size: type.size, bits_offset: type.offset, nr_bits: type.bits };
    case "array":
      return { type_id: type.type, index_type_id: type.indexType, nr_elems: type.nelems };
    case "struct":
    case "union":
      return { size: type.size, vlen: type.members.length, members: type.members.map(memberFields) };
    case "enum":
    case "enum64":
      return {
        encoding: type.signed ? "SIGNED" : "UNSIGNED",
        size: type.size,
        vlen: type.values.length,
        values: type.values.map(({ name, value }) => ({ name, val: asStored(BigInt(value), type) })),
      };
    case "fwd":
      return { fwd_kind: type.union ? "union" : "struct" };
    case "func":
      return { type_id: type.type, linkage: LINKAGES[type.linkage] };
    case "func_proto": {
      const params = type.params.map((param) => ({ name: param.name || "(anon)", type_id: param.type }));
      return { ret_type_id: type.type, vlen: params.length, params };
    }
    case "var":
      return { type_id: type.type, linkage: LINKAGES[type.linkage] };
    case "datasec": {
      const vars = type.vars.map((variable) => ({
        type_id: variable.type,
        offset: variable.offset,
        size: variable.size,
      }));
      return { size: type.size, vlen: vars.length, vars };
    }
    case "float":
      return { size: type.size };
    case "decl_tag":
      return { type_id: type.type, component_idx: type.componentIndex };
    case "void":
    case "unknown":
      return {};
    default:
      return { type_id: type.type };
  }
}

function memberFields(member: { name: string; type: number; bitOffset: number; bitfieldSize: number }): object {
  const { name, type, bitOffset, bitfieldSize } = member;
  const bits = bitfieldSize > 0 ? { bitfield_size: bitfieldSize } : {};
  return { name: name || "(anon)", type_id: type, bits_offset: bitOffset, ...bits };
}

/** bpftool extends unsigned 32-bit values by their sign. JSON numbers are not exact above 2^53, on either side. */
function asStored(value: bigint, { signed }: { signed: boolean }): number {
  return Number(signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
}

if (!existsSync(VMLINUX)) test("BTF of the kernel", (context) => skip(context, "BTF of the kernel", VMLINUX));
else {
  liveSuite("BTF of the kernel", ["bpftools"], () => {
    const btf = parseBtf(readFileSync(VMLINUX), { what: VMLINUX });

    test("every type is what bpftool says it is", async () => {
      const { stdout } = await runBpftool("7.5", ["-j", "btf", "dump", "file", VMLINUX]);
      const { types } = JSON.parse(stdout.toString("utf8")) as { types: { id: number; encoding?: string }[] };
      expect(types.length).toBe(btf.typeCount - 1);
      const differences = types.filter((expected) => {
        const type = btf.type(expected.id);
        if (type.kind === "int") delete expected.encoding;
        return JSON.stringify(asBpftool(expected.id, type)) !== JSON.stringify(expected);
      });
      expect(differences).toEqual([]);
    });

    test("struct list_head is two pointers", () => {
      const [id] = btf.idsByName("list_head");
      expect(sizeOf(btf, id ?? 0)).toBe(16);
      expect(cText(btf, [{ id: id ?? 0, name: "it" }])).toBe(
        "struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};\n",
      );
    });

    test("all kinds are known", () => {
      const known = Object.values(BTF_KINDS).map(({ number }) => number);
      expect(btf.kinds.filter((kind) => !known.includes(kind))).toEqual(btf.unknownKinds);
    });
  });
}
