import { textFromBytes } from "../../bytes.ts";
import { Malformed } from "../malformed.ts";
import { openInput } from "../read/byte-input.ts";
import { LineWindow } from "../read/line-window.ts";
import type { SnapshotFile } from "../read/snapshot-file.ts";
import { InferredSizes } from "./entry-sizes.ts";
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./json-bytes.ts";
import { JsonCursor } from "./json-cursor.ts";
import { type JsonNode, jsonMember, readNode } from "./json-node.ts";
import { type MapShowFacts, mapFacts } from "./map-facts.ts";

/** The entries of a map that bpftool has printed, in the order of the text. */
export interface PrintedMap {
  /** The facts that stand before the elements of one of several maps of a name. */
  readonly facts: MapShowFacts | undefined;
  /** The start of the first entry or of what separates it from there, in uncompressed bytes. */
  readonly offset: number;
  /** Entries that are whole. */
  entries: number;
  /** The text ends within the map: the connection broke, or bpftool died. */
  isCut: boolean;
  readonly sizes: InferredSizes;
}

/** The contents of a text: the documents that bpftool printed, one behind the other. */
export interface Documents {
  readonly maps: PrintedMap[];
  /** The facts from `map show` and `map list`, with the place among the maps: the number of those before it. */
  readonly shown: { readonly facts: MapShowFacts; readonly before: number; readonly isAlone: boolean }[];
  /** The output of `btf dump`, as text. */
  readonly types: Buffer[];
  /** The errors that bpftool reports. */
  readonly errors: string[];
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
/** The longest first name that decides what an object is. */
const NAME_LENGTH = 64;
const MAX_FACTS = 65_536;
/** The longest error message of bpftool whose quotes aren't escaped: a path, and what is wrong with it. */
const MAX_ERROR = 8192;

/**
 * Finds the documents in what bpftool printed. It goes through the text once and keeps nothing of the entries but their
 * number and sizes. Throws Malformed with the byte where the text stops to make sense.
 */
export async function findDocuments(file: SnapshotFile): Promise<Documents> {
  using input = openInput(file, 0);
  const cursor = new JsonCursor(new LineWindow(input, 0));
  try {
    return await new DocumentFinder(cursor).run();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Malformed(`at byte ${cursor.offset}: ${error.message}`, { cause: error.cause });
  }
}

class DocumentFinder {
  readonly #found: Documents = { maps: [], shown: [], types: [], errors: [] };
  readonly #cursor: JsonCursor;
  /** The map of entries that stand in no array, as jq leaves them. */
  #loose: PrintedMap | undefined;

  constructor(cursor: JsonCursor) {
    this.#cursor = cursor;
  }

  async run(): Promise<Documents> {
    const cursor = this.#cursor;
    await cursor.need(BYTE_ORDER_MARK.length);
    const { window } = cursor;
    if (BYTE_ORDER_MARK.every((byte, i) => window.bytes[window.start + i] === byte)) {
      window.start += BYTE_ORDER_MARK.length;
    }
    for (;;) {
      const next = await cursor.peek();
      if (next === -1) return this.#found;
      if (next === OPEN_ARRAY) await this.#array();
      else if (next === OPEN_OBJECT) await this.#document();
      // bpftool separates several errors as if they stood in an array.
      else if (next === COMMA && this.#found.errors.length > 0) cursor.take();
      else await this.#word();
    }
  }

  /** `null` is what bpftool answers where it prints its usage. */
  async #word(): Promise<void> {
    const { window } = this.#cursor;
    const length = (await this.#cursor.whole()) ?? 0;
    const word = window.bytes.toString("latin1", window.start, window.start + length);
    if (word !== "null") throw new Malformed("something else stands where JSON of bpftool belongs");
    window.start += length;
  }

  /** An array of entries, of maps with their elements, or of what `map list` says. */
  async #array(): Promise<void> {
    this.#loose = undefined;
    const cursor = this.#cursor;
    cursor.take();
    const { offset } = cursor;
    const first = await cursor.peek();
    const kind = first === OPEN_OBJECT ? await this.#firstName() : undefined;
    if (first === CLOSE_ARRAY || first === -1 || kind === undefined || isEntryName(kind)) {
      return await this.#entries(this.#newMap(undefined, offset));
    }
    const from = this.#found.shown.length;
    do {
      if ((await cursor.peek()) !== OPEN_OBJECT) return await this.#checkCut("an array of maps ends with");
      if ((await this.#firstName()) === "error") await this.#error();
      else await this.#describedMap(false);
    } while (await cursor.takeIf(COMMA));
    if (!(await cursor.takeIf(CLOSE_ARRAY))) return await this.#checkCut('"," or "]" is missing: there is');
    const [only, ...others] = this.#found.shown.slice(from);
    if (only !== undefined && others.length === 0) this.#found.shown[from] = { ...only, isAlone: true };
  }

  /** The text may end here; anything else is wrong. */
  async #checkCut(what: string): Promise<void> {
    const next = await this.#cursor.peek();
    if (next !== -1) throw new Malformed(`${what} ${JSON.stringify(String.fromCharCode(next))}`);
    const last = this.#found.maps.at(-1);
    if (last === undefined) throw new Malformed("the text ends within it (truncated)");
    last.isCut = true;
  }

  async #document(): Promise<void> {
    const name = await this.#firstName();
    if (name === undefined || isEntryName(name)) return await this.#looseEntry();
    this.#loose = undefined;
    if (name === "id") return await this.#describedMap(true);
    if (name === "types") this.#found.types.push(await this.#object());
    else if (name === "error") await this.#error();
    else throw new Malformed("an object is nothing of bpftool's maps");
  }

  async #error(): Promise<void> {
    this.#found.errors.push((await this.#unescapedError()) ?? (await this.#escapedError()));
  }

  async #escapedError(): Promise<string> {
    const bytes = await this.#object();
    const error = jsonMember(readNode(bytes, 0, bytes.length), "error");
    return error?.kind === "string" ? error.text : "without a reason";
  }

  /** bpftool prints paths and names in its messages as they are: quotes within them end no string. */
  async #unescapedError(): Promise<string | undefined> {
    const { window } = this.#cursor;
    await this.#cursor.need(MAX_ERROR);
    const text = window.bytes.toString("latin1", window.start, Math.min(window.end, window.start + MAX_ERROR));
    const [whole, message] = /^\{\s*"error"\s*:\s*"([^\n]*?)"\s*\}(?=\s*(?:$|[[{,\]]|null))/.exec(text) ?? [];
    if (whole === undefined || message === undefined || !message.includes('"') || /\\"/.test(message)) return undefined;
    window.start += whole.length;
    return textFromBytes(Buffer.from(message, "latin1"));
  }

  /** Takes the next object. */
  async #object(): Promise<Buffer> {
    const { window } = this.#cursor;
    const length = await this.#cursor.whole();
    if (length === undefined) throw new Malformed("the text ends within an object (truncated)");
    const bytes = Buffer.from(window.bytes.subarray(window.start, window.start + length));
    window.start += length;
    return bytes;
  }

  async #looseEntry(): Promise<void> {
    this.#loose ??= this.#newMap(undefined, this.#cursor.offset);
    if (!(await this.#entry(this.#loose))) this.#loose.isCut = true;
  }

  /** The facts of a map, with its elements where `map dump name` prints several. */
  async #describedMap(isAlone: boolean): Promise<void> {
    const cursor = this.#cursor;
    const { window } = cursor;
    cursor.take();
    const members: [string, JsonNode][] = [];
    let map: PrintedMap | undefined;
    while (!(await cursor.takeIf(CLOSE_OBJECT))) {
      const name = await this.#name();
      if (name === undefined) return await this.#checkCut("a member begins with");
      if (name === "elements" && (await cursor.peek()) === OPEN_ARRAY) {
        cursor.take();
        map = this.#newMap(factsOf(members), cursor.offset);
        await this.#entries(map);
      } else {
        const length = await cursor.whole();
        if (length === undefined) return await this.#checkCut("a member ends with");
        if (members.length > 64 || length > MAX_FACTS)
          throw new Malformed("it is too long for what bpftool says of a map");
        members.push([name, readNode(window.bytes, window.start, window.start + length)]);
        window.start += length;
      }
      if (!(await cursor.takeIf(COMMA)) && (await cursor.peek()) !== CLOSE_OBJECT)
        return await this.#checkCut('"," or "}" is missing: there is');
    }
    const facts = factsOf(members);
    if (map !== undefined) return;
    if (facts === undefined) throw new Malformed("an object with an id is nothing of bpftool's maps");
    this.#found.shown.push({ facts, before: this.#found.maps.length, isAlone });
  }

  /** A member's name and the colon behind it; undefined for anything else. */
  async #name(): Promise<string | undefined> {
    const { window } = this.#cursor;
    if ((await this.#cursor.peek()) !== QUOTE) return undefined;
    const length = await this.#cursor.whole();
    if (length === undefined) return undefined;
    const name = window.bytes.toString("latin1", window.start + 1, window.start + length - 1);
    window.start += length;
    return (await this.#cursor.takeIf(COLON)) ? name : undefined;
  }

  /**
   * The name of the first member of the object that comes next; undefined if the text ends before it, or it has none.
   */
  async #firstName(): Promise<string | undefined> {
    const { window } = this.#cursor;
    await this.#cursor.need(NAME_LENGTH);
    const start = window.start + 1;
    const end = Math.min(window.end, start + NAME_LENGTH);
    const text = window.bytes.toString("latin1", start, end);
    return /^\s*"([^"\\]*)"/.exec(text)?.[1];
  }

  #newMap(facts: MapShowFacts | undefined, offset: number): PrintedMap {
    const map: PrintedMap = { facts, offset, entries: 0, isCut: false, sizes: new InferredSizes() };
    this.#found.maps.push(map);
    return map;
  }

  /** The entries behind `[`, and the `]`. */
  async #entries(map: PrintedMap): Promise<void> {
    const cursor = this.#cursor;
    if (await cursor.takeIf(CLOSE_ARRAY)) return;
    do {
      if (!(await this.#entry(map))) {
        map.isCut = true;
        return;
      }
    } while (await cursor.takeIf(COMMA));
    if (await cursor.takeIf(CLOSE_ARRAY)) return;
    if ((await cursor.peek()) !== -1) throw new Malformed('"," or "]" is missing behind an entry');
    map.isCut = true;
  }

  /** Passes an entry. Returns false if the text ends before it is whole. */
  async #entry(map: PrintedMap): Promise<boolean> {
    const cursor = this.#cursor;
    const { window } = cursor;
    const next = await cursor.peek();
    if (next !== OPEN_OBJECT && next !== -1) throw new Malformed("an entry is no object");
    const length = await cursor.whole();
    if (length === undefined) return false;
    map.sizes.see(window.bytes, window.start, window.start + length);
    window.start += length;
    map.entries++;
    return true;
  }
}

function isEntryName(name: string): boolean {
  return name === "key" || name === "value" || name === "values" || name === "formatted";
}

function factsOf(members: readonly (readonly [string, JsonNode])[]): MapShowFacts | undefined {
  return mapFacts({ kind: "object", members });
}
