import type { BtfBuilder, MemberSpec } from "./btf-builder.ts";
import type { Random } from "./random.ts";
import { isWordSize, randomChar, randomEnum, randomOddInt, randomWord } from "./random-scalars.ts";

const MAX_DEPTH = 5;

/** The place of a type: the kernel, which checks BTF, refuses some types in some places. */
interface Place {
  readonly depth: number;
  /** Only integers of all their bits, and no floats: in arrays, beside bit-fields, at odd offsets. */
  readonly regular: boolean;
}

/** Sizes worth trying, from 1 byte to `limit`: words, one off them, and anything. */
export function randomSize(random: Random, limit: number): number {
  const size = random.pick([
    1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 32, 33, 63, 64, 100, 128, 255, 256, 1000, 4096,
  ]);
  return Math.min(limit, random.chance(0.3) ? random.between(1, 200) : size);
}

/**
 * Adds types to BTF, such as compilers make and such as only a hostile hand would: nested, packed, shared, anonymous,
 * of no size. `unprintable` adds floats and bare type tags, behind which bpftool stops printing, so that they would
 * hide what follows if they were in every type.
 */
export class RandomTypes {
  readonly #random: Random;
  readonly #btf: BtfBuilder;
  readonly #unprintable: boolean;

  constructor(random: Random, btf: BtfBuilder, unprintable: boolean) {
    this.#random = random;
    this.#btf = btf;
    this.#unprintable = unprintable;
  }

  /** The id of a new type of exactly `size` bytes. */
  ofSize(size: number): number {
    return this.#type(size, { depth: 0, regular: false });
  }

  #type(size: number, place: Place): number {
    const id = this.#bareType(size, place);
    return this.#random.chance(0.25) ? this.#dressed(id) : id;
  }

  #bareType(size: number, place: Place): number {
    const random = this.#random;
    if (size === 0) return this.#nothing(place);
    if (this.#unprintable && !place.regular && (size === 4 || size >= 8) && random.chance(0.1))
      return this.#unprintableType(size);
    const scalar = this.#scalar(size, place);
    if (scalar !== undefined && (place.depth >= MAX_DEPTH || random.chance(0.6))) return scalar;
    if (place.depth >= MAX_DEPTH) return this.#array(size, 1, place);
    const roll = random.below(20);
    if (roll < 6) return this.#array(size, random.pick(divisors(size)), place);
    if (roll < 9) return this.#union(size, place.depth + 1);
    if (roll < 11) return this.#bitfieldsOfOldCompilers(size);
    return this.#struct(size, place.depth + 1);
  }

  #scalar(size: number, place: Place): number | undefined {
    const random = this.#random;
    if (!place.regular && size <= 16 && random.chance(0.1)) return randomOddInt(random, this.#btf, size);
    if (!isWordSize(size)) return undefined;
    if (size === 8 && random.chance(0.2)) return this.#pointer();
    if (size <= 8 && random.chance(0.2)) return randomEnum(random, this.#btf, size);
    return randomWord(random, this.#btf, size);
  }

  #array(size: number, elementSize: number, place: Place): number {
    const inside = { depth: place.depth + 1, regular: true };
    const chars = elementSize === 1 && this.#random.chance(0.6);
    const element = chars ? this.#chars() : this.#type(elementSize, inside);
    return this.#btf.array(element, size / elementSize);
  }

  #chars(): number {
    const id = randomChar(this.#random, this.#btf);
    return this.#random.chance(0.3) ? this.#dressed(id) : id;
  }

  #nothing(place: Place): number {
    const random = this.#random;
    const empty = this.#btf.struct(random.chance(0.5) ? "" : `empty${this.#btf.nextId}`, 0, []);
    if (random.chance(0.3)) return empty;
    if (random.chance(0.3)) return this.#btf.array(empty, random.between(0, 3));
    return this.#btf.array(this.#type(random.pick([1, 4, 8]), { depth: place.depth + 1, regular: true }), 0);
  }

  /** bpftool 5.10 takes a type tag for a pointer of 8 bytes: with fewer it would read what stands behind the value. */
  #unprintableType(size: number): number {
    if (size < 8 || (this.#random.chance(0.5) && (size === 8 || size === 16))) return this.#btf.float("real", size);
    return this.#btf.typeTag("user", this.#type(size, { depth: MAX_DEPTH, regular: true }));
  }

  /** Some typedefs and qualifiers around a type. */
  #dressed(id: number): number {
    let dressed = id;
    for (let i = this.#random.between(1, 4); i > 0; i--) {
      const wrap = this.#random.below(5);
      if (wrap === 0) dressed = this.#btf.const(dressed);
      else if (wrap === 1) dressed = this.#btf.volatile(dressed);
      else if (wrap === 2) dressed = this.#btf.restrict(dressed);
      else dressed = this.#typedef(dressed);
    }
    return dressed;
  }

  #typedef(id: number): number {
    const typedef = this.#btf.typedef(`t${this.#btf.nextId}`, id);
    if (this.#random.chance(0.1)) this.#btf.declTag("note", typedef);
    return typedef;
  }

  #pointer(): number {
    const random = this.#random;
    const target = random.pick([
      () => 0,
      () => this.#btf.fwd(`f${this.#btf.nextId}`),
      () => randomChar(random, this.#btf),
    ])();
    const qualified = random.chance(0.5) ? this.#btf.const(target) : target;
    return this.#btf.ptr(random.chance(0.3) ? this.#btf.typeTag("percpu", qualified) : qualified);
  }

  #union(size: number, depth: number): number {
    const sizes = [size, ...Array.from({ length: this.#random.below(3) }, () => this.#random.between(0, size))];
    const members = sizes.map((memberSize, i) => {
      const type = this.#type(memberSize, { depth, regular: false });
      return { name: this.#memberName(i), type, bitOffset: 0 };
    });
    return this.#btf.union(this.#recordName("u"), size, members);
  }

  #struct(size: number, depth: number): number {
    const members: MemberSpec[] = [];
    const bitfields = this.#random.chance(0.3);
    const add = (at: number, memberSize: number): void => {
      const regular = bitfields || at % 8 !== 0;
      const type = this.#type(memberSize, { depth, regular });
      members.push({ name: this.#memberName(members.length), type, bitOffset: at * 8 });
    };
    for (let at = 0; at < size; ) {
      if (this.#random.chance(0.05)) add(at, 0);
      if (bitfields && this.#random.chance(0.4)) at += this.#addBitfields(members, at, size - at);
      else if (this.#random.chance(0.1)) at += 1;
      else {
        const memberSize = this.#memberSize(at, size - at);
        add(at, memberSize);
        at += memberSize;
      }
    }
    if (this.#random.chance(0.1)) add(size, 0);
    const id = this.#btf.struct(this.#recordName("s"), size, members);
    if (members.length > 0 && this.#random.chance(0.1)) this.#btf.declTag("field", id, 0);
    return id;
  }

  #memberSize(at: number, left: number): number {
    const wanted = this.#random.chance(0.7) ? this.#random.pick([1, 2, 4, 8, 8, 16]) : this.#random.between(1, left);
    const aligned = this.#random.chance(0.8) ? Math.min(wanted, at & -at || wanted) : wanted;
    return Math.min(aligned, left);
  }

  /**
   * Fills some of the bytes that are left with bit-fields that cross bytes and words as they come; returns how many.
   */
  #addBitfields(members: MemberSpec[], at: number, left: number): number {
    const bytes = Math.min(left, this.#random.between(1, 16));
    const end = (at + bytes) * 8;
    for (let bit = at * 8; bit < end; ) {
      const size = this.#random.pick([1, 2, 4, 4, 8, 8, 16] as const);
      const width = this.#random.between(1, Math.min(size * 8, end - bit, 120));
      const asEnum = size <= 4 && this.#random.chance(0.2);
      const type = asEnum ? randomEnum(this.#random, this.#btf, size) : randomWord(this.#random, this.#btf, size);
      const dressed = this.#random.chance(0.2) ? this.#dressed(type) : type;
      members.push({ name: this.#memberName(members.length), type: dressed, bitOffset: bit, bitfieldSize: width });
      bit += width + (this.#random.chance(0.1) ? this.#random.below(8) : 0);
    }
    return bytes;
  }

  /** Bit-fields as they were before kind_flag: the integer's own width, at any bit of the struct. */
  #bitfieldsOfOldCompilers(size: number): number {
    const members: MemberSpec[] = [];
    for (let bit = 0; bit < size * 8; ) {
      const width = this.#random.between(1, Math.min(64, size * 8 - bit));
      const encoding = this.#random.pick([0, 1]);
      const type = this.#btf.int("bits", width > 32 ? 8 : 4, { encoding, bits: width });
      members.push({ name: this.#memberName(members.length), type, bitOffset: bit });
      bit += width;
    }
    return this.#btf.struct(this.#recordName("old"), size, members);
  }

  #memberName(index: number): string {
    return this.#random.chance(0.1) ? "" : `m${index}`;
  }

  #recordName(prefix: string): string {
    return this.#random.chance(0.2) ? "" : `${prefix}${this.#btf.nextId}`;
  }
}

function divisors(size: number): number[] {
  return Array.from({ length: Math.min(size, 64) }, (_, i) => i + 1).filter((divisor) => size % divisor === 0);
}
