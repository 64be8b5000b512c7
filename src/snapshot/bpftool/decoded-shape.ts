import type { BtfMember, BtfType, TypeSource } from "../../btf/types.ts";
import { bytesFromText, roundUp8 } from "../../bytes.ts";
import { EbpfMapError } from "../../errors.ts";
import type { JsonNode } from "./json-node.ts";

const I64_MAX = 0x7fff_ffff_ffff_ffffn;
const U64_MAX = 0xffff_ffff_ffff_ffffn;
/** Texts get room in steps, so that two outputs of one map agree about it. */
const TEXT_STEP = 16;

/**
 * The common shape of the decoded values in one place, over all entries: the least type that holds them. It isn't the
 * type in the kernel, of which bpftool says nothing: integers have 64 bits here, enumerators are text.
 */
export class DecodedShape {
  #kind: "none" | "integer" | "bool" | "text" | "list" | "record" = "none";
  #isNegative = false;
  #isWide = false;
  /** All texts are numbers in hex, as bit-fields are printed. */
  #isHex = true;
  /** The most bytes of a text, or of a list that a text may be printed as. */
  #textSize = 0;
  #count = 0;
  #element: DecodedShape | undefined;
  readonly #members = new Map<string, DecodedShape>();
  /** Offsets of the members; known once the type is made. */
  readonly #offsets = new Map<string, number>();

  /** Widens the shape so that it holds this value, too. */
  see(node: JsonNode): void {
    switch (node.kind) {
      case "word":
        this.#seeWord(node.text);
        break;
      case "string":
        this.#seeText(node.text, HEX.test(node.text));
        break;
      case "array": {
        this.#become("list");
        this.#count = Math.max(this.#count, node.items.length);
        this.#textSize = Math.max(this.#textSize, node.items.length);
        this.#element ??= new DecodedShape();
        for (const item of node.items) this.#element.see(item);
        break;
      }
      case "object":
        this.#become("record");
        for (const [name, value] of numbered(node.members)) {
          let member = this.#members.get(name);
          if (member === undefined) {
            member = new DecodedShape();
            this.#members.set(name, member);
          }
          member.see(value);
        }
    }
  }

  /** The bytes that a value takes. */
  get size(): number {
    switch (this.#settled) {
      case "bool":
        return 1;
      case "integer":
        return 8;
      case "text":
        return TEXT_STEP * Math.ceil((this.#textSize + 1) / TEXT_STEP);
      case "list":
        return this.#count * (this.#element?.size ?? 0);
      default: {
        let size = 0;
        for (const member of this.#members.values()) size += roundUp8(member.size);
        return size;
      }
    }
  }

  /** Adds the type, and returns its id. */
  type(types: DecodedTypes): number {
    switch (this.#settled) {
      case "bool":
        return types.add({ kind: "int", name: "_Bool", size: 1, encoding: 4, offset: 0, bits: 8 });
      case "integer": {
        const encoding = this.#isWide ? 0 : 1;
        return types.add({
          kind: "int",
          name: this.#isWide ? "__u64" : "__s64",
          size: 8,
          encoding,
          offset: 0,
          bits: 64,
        });
      }
      case "text":
        return types.array(
          types.add({ kind: "int", name: "char", size: 1, encoding: 1, offset: 0, bits: 8 }),
          this.size,
        );
      case "list":
        return types.array(this.#element?.type(types) ?? 0, this.#count);
      default: {
        const members: BtfMember[] = [];
        let offset = 0;
        for (const [name, member] of this.#members) {
          this.#offsets.set(name, offset);
          members.push({
            name: name.slice(name.indexOf(":") + 1),
            type: member.type(types),
            bitOffset: 8 * offset,
            bitfieldSize: 0,
          });
          offset += roundUp8(member.size);
        }
        return types.add({ kind: "struct", name: "", size: offset, members });
      }
    }
  }

  /** Writes a value that was seen before, once the type is made. The bytes are zero. */
  write(node: JsonNode, bytes: Uint8Array, at: number): void {
    switch (this.#settled) {
      case "bool":
        if (node.kind === "word" && node.text === "true") bytes[at] = 1;
        return;
      case "integer": {
        const digits = node.kind === "word" || node.kind === "string" ? node.text : "0";
        new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(at, BigInt.asUintN(64, BigInt(digits)), true);
        return;
      }
      case "text":
        bytes.set(textBytes(node).subarray(0, this.size), at);
        return;
      case "list": {
        const { size } = this.#element ?? { size: 0 };
        if (node.kind === "array")
          node.items.forEach((item, i) => void this.#element?.write(item, bytes, at + i * size));
        return;
      }
      default:
        if (node.kind !== "object") return;
        for (const [name, value] of numbered(node.members)) {
          this.#members.get(name)?.write(value, bytes, at + (this.#offsets.get(name) ?? 0));
        }
    }
  }

  get #settled(): "integer" | "bool" | "text" | "list" | "record" {
    if (this.#kind === "text" && this.#isHex) return "integer";
    return this.#kind === "none" ? "record" : this.#kind;
  }

  #seeWord(text: string): void {
    const isBool = text === "true" || text === "false";
    if (isBool) this.#become("bool", text);
    else if (/^-?\d{1,20}$/.test(text)) this.#seeInteger(text);
    else this.#seeText(text, false);
  }

  #seeInteger(text: string): void {
    const value = BigInt(text);
    this.#isNegative ||= value < 0n;
    this.#isWide ||= value > I64_MAX;
    const isFitting = value <= U64_MAX && value >= -I64_MAX - 1n && !(this.#isNegative && this.#isWide);
    if (isFitting) this.#become("integer", text);
    else this.#seeText(text, false);
  }

  #seeText(text: string, isHex: boolean): void {
    this.#become("text", text);
    this.#isHex &&= isHex;
    this.#isWide ||= isHex;
  }

  /** Values of two kinds in one place have to be text. */
  #become(kind: "integer" | "bool" | "text" | "list" | "record", text = ""): void {
    this.#textSize = Math.max(this.#textSize, bytesFromText(text).length);
    if (this.#kind === "none" || this.#kind === kind) this.#kind = kind;
    else {
      this.#kind = "text";
      this.#isHex = false;
    }
  }
}

const HEX = /^0x[0-9a-f]{1,16}$/;

/** Members under names that tell those of one name apart: the first anonymous one is `0:`. */
function numbered(members: readonly (readonly [string, JsonNode])[]): (readonly [string, JsonNode])[] {
  const counts = new Map<string, number>();
  return members.map(([name, value]) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return [`${count}:${name}`, value];
  });
}

/** The bytes of a text; an array of `char` that isn't printable was printed as numbers. */
function textBytes(node: JsonNode): Uint8Array {
  if (node.kind === "word" || node.kind === "string") return bytesFromText(node.text);
  if (node.kind !== "array") return new Uint8Array(0);
  return Uint8Array.from(node.items, (item) => (item.kind === "word" ? Number(item.text) : 0));
}

/** The common shape of the decoded parts of a map's entries. */
export interface DecodedMap {
  readonly key: DecodedShape;
  readonly value: DecodedShape;
  hasKeys: boolean;
  cpus: number;
  /** Entries without a decoded part. */
  missing: number;
}

export function newDecodedMap(): DecodedMap {
  return { key: new DecodedShape(), value: new DecodedShape(), hasKeys: false, cpus: 0, missing: 0 };
}

/** The types of decoded values. */
export class DecodedTypes implements TypeSource {
  readonly littleEndian = true;
  readonly kinds: readonly number[] = [];
  readonly fourBitKinds = true;
  readonly #types: BtfType[] = [{ kind: "void" }];
  #indexType: number | undefined;

  get all(): readonly BtfType[] {
    return this.#types;
  }

  add(type: BtfType): number {
    return this.#types.push(type) - 1;
  }

  array(type: number, nelems: number): number {
    this.#indexType ??= this.add({ kind: "int", name: "__u32", size: 4, encoding: 0, offset: 0, bits: 32 });
    return this.add({ kind: "array", type, indexType: this.#indexType, nelems });
  }

  type(id: number): BtfType {
    const type = this.#types[id];
    if (type !== undefined) return type;
    throw new EbpfMapError("BTF_INVALID", `read the types of decoded values: there is no type ${id}`, { typeId: id });
  }
}
