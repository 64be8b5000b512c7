const HEADER_SIZE = 56;
const LOAD = 1;
const INTERPRETER = 3;
const PROGRAM_HEADERS = 6;

/** The largest page that a kernel has: parts begin and end at multiples of it where the file leaves something out. */
const PAGE = 0x1_0000;

/** Fewer zeros than this stay in the file, since each part is a call of mmap at every start. */
const LEAST_LEFT_OUT = 0x10_0000;

/** A part of an ELF file that is mapped. Where it has more bytes in memory than in the file, they are zeros. */
export interface Part {
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** The facts about an ELF file that are needed to start it. */
export interface Program {
  readonly parts: readonly Part[];
  readonly interpreter: string;
  readonly entry: number;
  /** Where its program headers are in memory, and their number. */
  readonly headersAt: number;
  readonly headers: number;
}

/** Reads the headers of an ELF file of 64 bits. */
export function programOf(file: Buffer): Program {
  const number = (at: number): number => Number(file.readBigUInt64LE(at));
  const headersAt = number(32);
  const rows = Array.from({ length: file.readUInt16LE(56) }, (_, i) => headersAt + i * HEADER_SIZE);
  const parts = rows.map((at) => ({
    type: file.readUInt32LE(at),
    flags: file.readUInt32LE(at + 4),
    offset: number(at + 8),
    address: number(at + 16),
    fileSize: number(at + 32),
    memorySize: number(at + 40),
  }));
  const one = (type: number): Part => {
    const found = parts.find((part) => part.type === type);
    if (found === undefined) throw new Error(`Node's program headers have none of type ${type}`);
    return found;
  };
  const { offset, fileSize } = one(INTERPRETER);
  return {
    parts: parts.filter(({ type }) => type === LOAD).map(({ type: _load, ...part }) => part),
    interpreter: file.toString("latin1", offset, offset + fileSize - 1),
    entry: number(24),
    headersAt: one(PROGRAM_HEADERS).address,
    headers: rows.length,
  };
}

/**
 * Divides the parts of a file where they have many zeros, and leaves the zeros out. Offsets are those in what is left.
 */
export function withoutZeros(file: Buffer, parts: readonly Part[]): { kept: Buffer; parts: Part[] } {
  const pieces: Buffer[] = [];
  const divided: Part[] = [];
  let [copied, left] = [0, 0];
  for (const part of parts) {
    let begin = 0;
    for (const [from, to] of zeroRuns(file, part)) {
      divided.push(pieceOf(part, begin, from, to, left));
      pieces.push(file.subarray(copied, part.offset + from));
      copied = part.offset + to;
      left += to - from;
      begin = to;
    }
    if (begin < part.memorySize) divided.push(pieceOf(part, begin, part.fileSize, part.memorySize, left));
  }
  pieces.push(file.subarray(copied));
  return { kept: Buffer.concat(pieces), parts: divided };
}

/** The piece of a part from one place in it to another, with zeros up to a third. */
function pieceOf(part: Part, begin: number, end: number, zerosEnd: number, left: number): Part {
  return {
    flags: part.flags,
    address: part.address + begin,
    offset: part.offset + begin - left,
    fileSize: end - begin,
    memorySize: zerosEnd - begin,
  };
}

/** The places in a part between which there is nothing but zeros, in whole pages of memory. */
function zeroRuns(file: Buffer, { address, offset, fileSize }: Part): (readonly [from: number, to: number])[] {
  const zeros = Buffer.alloc(PAGE);
  const runs: (readonly [number, number])[] = [];
  let from: number | undefined;
  const first = (PAGE - (address % PAGE)) % PAGE;
  for (let at = first; at <= fileSize; at += PAGE) {
    const page = file.subarray(offset + at, offset + Math.min(at + PAGE, fileSize));
    if (page.length === PAGE && page.equals(zeros)) from ??= at;
    else if (from !== undefined) {
      if (at - from >= LEAST_LEFT_OUT) runs.push([from, at]);
      from = undefined;
    }
  }
  return runs;
}
