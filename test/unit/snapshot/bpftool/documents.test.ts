import { expect, test } from "vitest";
import { findDocuments } from "../../../../src/snapshot/bpftool/documents.ts";
import { SnapshotFile } from "../../../../src/snapshot/read/snapshot-file.ts";
import { Spool } from "../../../../src/snapshot/read/spool.ts";

async function documentsIn(text: string | Uint8Array) {
  const spool = new Spool("-");
  await spool.add(Buffer.from(text));
  const file = await SnapshotFile.of(spool, "-");
  try {
    return await findDocuments(file);
  } finally {
    file.release();
  }
}

async function summary(text: string | Uint8Array) {
  const { maps, shown, types, errors } = await documentsIn(text);
  return {
    maps: maps.map(({ entries, isCut }) => (isCut ? `${entries} cut` : `${entries}`)),
    shown: shown.map(({ facts, before }) => `${facts.info.name} before ${before}`),
    types: types.length,
    errors,
  };
}

const ENTRY = '{"key":["0x01"],"value":["0x02","0x5d"],"formatted":{"key":"]","value":{"a":[1,2]}}}';
const NOTHING = { maps: [], shown: [], types: 0, errors: [] };

const LINES: readonly (readonly [what: string, text: string, found: Partial<Awaited<ReturnType<typeof summary>>>])[] = [
  ["nothing", "", {}],
  ["an empty line, for a name that no map has", "\n", {}],
  ["null, for words that bpftool doesn't know", "null\n", {}],
  ["a map without entries", "[]\n", { maps: ["0"] }],
  ["an entry", `[${ENTRY}]\n`, { maps: ["1"] }],
  ["a byte order mark", `\ufeff[${ENTRY}]\n`, { maps: ["1"] }],
  ["line ends of Windows", `[\r\n${ENTRY},\r\n${ENTRY}\r\n]\r\n`, { maps: ["2"] }],
  ["two dumps", `[${ENTRY}]\n[${ENTRY},${ENTRY}]\n`, { maps: ["1", "2"] }],
  ["two dumps in a line", `[${ENTRY}][]`, { maps: ["1", "0"] }],
  ["entries without an array", `${ENTRY}\n${ENTRY}\n`, { maps: ["2"] }],
  ["a description behind", `[]\n{"id":7,"type":"hash","name":"conns"}\n`, { maps: ["0"], shown: ["conns before 1"] }],
  ["a list before", `[{"id":7,"type":"hash","name":"conns"}]\n[]\n`, { maps: ["0"], shown: ["conns before 0"] }],
  [
    "several maps of a name",
    `[{"id":1,"type":"hash","elements":[${ENTRY}]},{"id":2,"type":"hash","elements":[]}]`,
    { maps: ["1", "0"] },
  ],
  ["types", '{"types":[]}', { types: 1 }],
  [
    "an error",
    '{"error":"get map by id (7): No such file or directory"}\n',
    { errors: ["get map by id (7): No such file or directory"] },
  ],
  [
    "quotes in an error, as bpftool leaves them",
    '{"error":"bpf obj get (/x/no "such" pin): No such file"}\n[]\n',
    { errors: ['bpf obj get (/x/no "such" pin): No such file'], maps: ["0"] },
  ],
  ["the same, pretty", '{\n    "error": "can\'t parse a"b as ID"\n}\n', { errors: ["can't parse a\"b as ID"] }],
  [
    "several errors, which have commas between them without an array",
    '{"error":"can\'t read link type: No such file or directory"},{"error":"incorrect object type: unknown"}\n',
    { errors: ["can't read link type: No such file or directory", "incorrect object type: unknown"] },
  ],
  ["quotes in an error, escaped", '{"error":"no \\"such\\" map"}\n', { errors: ['no "such" map'] }],
  [
    "a map that failed among others",
    `[{"id":1,"type":"hash","elements":[]},{"error":"no"}]`,
    { maps: ["0"], errors: ["no"] },
  ],
  ["a quote and a backslash as CHAR", '[{"key":"""},{"key":"\\"}]', { maps: ["2"] }],
];

test.for(LINES)("%s", async ([, text, found]) => {
  expect(await summary(text)).toEqual({ ...NOTHING, ...found });
});

test.each([
  ["a dump", `[${ENTRY},${ENTRY}]`],
  ["entries without an array", `${ENTRY}\n${ENTRY}`],
  [
    "several maps of a name",
    `[{"id":1,"type":"hash","elements":[${ENTRY}]},{"id":2,"type":"hash","elements":[${ENTRY}]}]`,
  ],
])("%s, cut anywhere, ends, and says so", async (_, whole) => {
  const bytes = Buffer.from(whole);
  for (let length = 1; length < bytes.length; length++) {
    const answer = await summary(bytes.subarray(0, length)).catch((error: Error) => error.message);
    const isWhole = !whole.startsWith("[") && bytes.toString("latin1", 0, length).trimEnd() === ENTRY;
    if (typeof answer === "string") expect(answer).toMatch(/truncated/);
    else expect([length, answer.maps.some((map) => map.endsWith("cut"))]).toEqual([length, !isWhole]);
  }
});

test.each([
  ["words", "[] trailing", /at byte 3: something else stands where JSON of bpftool belongs/],
  ["numbers for entries", "[1,2]", /an entry is no object/],
  ["another object", '{"a":1}', /at byte 0: an object is nothing of bpftool's maps/],
  ["a bracket too many", `[${ENTRY}]]`, /brackets don't match/],
  ["a comma too few", `[${ENTRY}${ENTRY}]`, /"," or "]" is missing/],
  ["depth", `[{"key":${"[".repeat(100_000)}`, /nested more than 512/],
])("%s is refused", async (_, text, message) => {
  await expect(documentsIn(text)).rejects.toThrow(message);
});
