/**
 * The beginning of ICU's data: the size of its header, two magic bytes, and at 12 the format, a table of named items.
 */
const FORMAT = "CmnD";
const FORMAT_AT = 12;
const MAGIC = 0x27da;
const MAGIC_AT = 2;

/**
 * Behind the header: the number of items, and for each the offsets of its name and of its data. They begin at the
 * number.
 */
const COUNT_SIZE = 4;
const ENTRY_SIZE = 8;

/** A language's or a country's data: "de", "coll/zh_Hant_TW", "es_419". The program speaks English wherever it runs. */
const LOCALE = /^(\w+\/)?(?!en[_.]|res_index\.)[a-z]{2,3}(_\w*)?\.res$/;
/** Other encodings than Unicode's, dictionaries that tell where a word ends, other scripts, numbers in words. */
const UNUSED = /\.cnv$|\.dict$|^(translit|rbnf)\//;

interface Item {
  /** The offset of the name. */
  readonly name: number;
  readonly isNeeded: boolean;
  readonly bytes: Uint8Array;
}

/**
 * Removes from ICU's data, which is a third of Node, what no program in English asks for, as Node's own configuration
 * `--with-intl=small-icu` does: for another language ICU takes the root's data. What stays moves together, and zeros
 * take the place of the rest.
 */
export function trimIcu(node: Buffer): void {
  const { start, end, items } = readItems(node);
  const kept = items.filter(({ isNeeded }) => isNeeded);
  const first = start + node.readUInt32LE(start + COUNT_SIZE + 4);
  const moved = Buffer.concat(kept.map(({ bytes }) => bytes));
  node.fill(0, first, end);
  node.set(moved, first);
  node.writeUInt32LE(kept.length, start);
  let [entry, at] = [start + COUNT_SIZE, first];
  for (const { name, bytes } of kept) {
    node.writeUInt32LE(name, entry);
    node.writeUInt32LE(at - start, entry + 4);
    entry += ENTRY_SIZE;
    at += bytes.length;
  }
}

/**
 * Finds the items in Node. Each reaches to the next, so that of the last, which nobody needs, only the beginning is
 * known.
 */
function readItems(node: Buffer): { start: number; end: number; items: Item[] } {
  const header = headerAt(node);
  const start = header + node.readUInt16LE(header);
  const count = node.readUInt32LE(start);
  const offset = (entry: number, field: number): number => {
    return node.readUInt32LE(start + COUNT_SIZE + ENTRY_SIZE * entry + 4 * field);
  };
  const items: Item[] = [];
  for (let i = 0; i < count; i++) {
    const name = offset(i, 0);
    const text = node.toString("latin1", start + name, node.indexOf(0, start + name));
    const path = text.slice(text.indexOf("/") + 1);
    const isNeeded = !LOCALE.test(path) && !UNUSED.test(path);
    if (i < count - 1)
      items.push({ name, isNeeded, bytes: node.subarray(start + offset(i, 1), start + offset(i + 1, 1)) });
    else if (isNeeded) throw new Error(`ICU's last item is ${path}, and its size isn't known`);
  }
  return { start, end: start + offset(count - 1, 1), items };
}

function headerAt(node: Buffer): number {
  const found: number[] = [];
  for (let at = node.indexOf(FORMAT); at !== -1; at = node.indexOf(FORMAT, at + 1)) {
    const header = at - FORMAT_AT;
    if (header >= 0 && node.readUInt16LE(header + MAGIC_AT) === MAGIC) found.push(header);
  }
  const [header, ...more] = found;
  if (header === undefined || more.length > 0) throw new Error(`Node has ICU's data ${found.length} times, not once`);
  return header;
}
