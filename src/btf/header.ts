import { invalidBtf } from "./invalid.ts";

/** The bytes from `start` up to, not including, `end` of the whole BTF. */
export interface BtfSection {
  readonly start: number;
  readonly end: number;
}

/** The sections of a BTF; each was checked to be inside the bytes. */
export interface BtfHeader {
  readonly littleEndian: boolean;
  readonly types: BtfSection;
  readonly strings: BtfSection;
  /** The lengths of the records of each kind, where the BTF has them (since 2026); else empty. */
  readonly layout: BtfSection;
}

const MAGIC = 0xeb9f;
const VERSION = 1;
/** Up to and with `str_len`: what every BTF has. */
const MIN_HEADER_SIZE = 24;
/** With `layout_off` and `layout_len`. */
const LAYOUT_HEADER_SIZE = 32;

/** The first bytes of compressed files, by the program that decompresses them: modules are often installed so. */
const COMPRESSED: Readonly<Record<string, readonly number[]>> = {
  gzip: [0x1f, 0x8b],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
};

/**
 * Reads `struct btf_header`. A header longer than known is accepted, as libbpf does: its length says where the
 * sections start.
 */
export function parseBtfHeader(bytes: Uint8Array, what: string): BtfHeader {
  const doing = `read ${what}`;
  if (bytes.length < MIN_HEADER_SIZE) {
    throw invalidBtf(doing, `the header needs ${MIN_HEADER_SIZE} bytes, got ${bytes.length}`, { offset: 0 });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = view.getUint16(0, true) === MAGIC;
  if (!littleEndian && view.getUint16(0, false) !== MAGIC) {
    throw invalidBtf(doing, `the magic number is missing (${likelyReason(bytes)})`, { offset: 0 });
  }
  const version = view.getUint8(2);
  if (version !== VERSION)
    throw invalidBtf(doing, `version ${version} is not known (known: ${VERSION})`, { offset: 2 });
  const length = view.getUint32(4, littleEndian);
  if (length < MIN_HEADER_SIZE || length > bytes.length) {
    throw invalidBtf(doing, `a header of ${length} bytes in ${bytes.length} bytes of BTF`, { offset: 4 });
  }
  const section = (name: string, at: number): BtfSection => {
    const start = length + view.getUint32(at, littleEndian);
    const end = start + view.getUint32(at + 4, littleEndian);
    if (end > bytes.length) {
      throw invalidBtf(doing, `the ${name} section ends at byte ${end} of ${bytes.length}`, { offset: at });
    }
    return { start, end };
  };
  const types = section("type", 8);
  const strings = section("string", 16);
  const layout = length >= LAYOUT_HEADER_SIZE ? section("layout", 24) : { start: length, end: length };
  const unaligned = [types, layout].find(({ start }) => (start - length) % 4 !== 0);
  if (unaligned) throw invalidBtf(doing, "a section is not aligned to 4 bytes", { offset: unaligned.start });
  return { littleEndian, types, strings, layout };
}

function likelyReason(bytes: Uint8Array): string {
  const program = Object.keys(COMPRESSED).find((name) => COMPRESSED[name]?.every((byte, i) => bytes[i] === byte));
  return program === undefined ? "not BTF?" : `compressed: decompress it with ${program} -d first`;
}
