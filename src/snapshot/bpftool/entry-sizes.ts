import { entryParts, errorOf, forEachCpu, isHexList, readHexList } from "./entry-parts.ts";

/** The sizes of a map's entries, found out from the first entries that show them. */
export class InferredSizes {
  /** Undefined until an entry shows it; 0 for entries without keys. */
  keySize: number | undefined;
  /** Undefined until a value could be read. */
  valueSize: number | undefined;
  /** Slots of a per-CPU value; 0 for any other map. */
  cpus = 0;
  /** There is a decoded part beside the bytes. */
  hasFormatted = false;
  /** The bytes are not there: only what they mean. */
  isDecodedOnly = false;

  /** Looks at an entry if something isn't known yet. Throws Malformed. */
  see(bytes: Buffer, start: number, end: number): void {
    if (this.isDecodedOnly || (this.keySize !== undefined && this.valueSize !== undefined)) return;
    const { key, value, isPerCpu, formatted } = entryParts(bytes, start, end);
    if (formatted >= 0) this.hasFormatted = true;
    if (this.keySize === undefined) {
      this.isDecodedOnly = key >= 0 ? !isHexList(bytes, key, end) : isDecoded(bytes, value, end, isPerCpu);
      if (this.isDecodedOnly) return;
      this.keySize = key < 0 ? 0 : readHexList(bytes, key, end);
    }
    if (value < 0) return;
    if (!isPerCpu) this.#seeValue(bytes, value, end);
    else this.cpus = forEachCpu(bytes, value, end, (_, at) => this.#seeValue(bytes, at, end));
  }

  #seeValue(bytes: Buffer, at: number, end: number): void {
    if (isHexList(bytes, at, end)) this.valueSize ??= readHexList(bytes, at, end);
  }
}

/** Tells of an entry without a key whether its value is decoded, too. */
function isDecoded(bytes: Buffer, value: number, end: number, isPerCpu: boolean): boolean {
  if (value < 0) return true;
  return !isPerCpu && !isHexList(bytes, value, end) && errorOf(bytes, value, end) === undefined;
}
