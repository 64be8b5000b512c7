import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { BPF_F_WRONLY, createLink, createMap, loadProgram, type MapSpec, updateElement } from "../helpers/bpf.ts";
import { differences } from "../helpers/compare.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Scratch } from "../helpers/scratch.ts";

const kernel = new LinuxKernel();

/** Words that stand for what beforeAll makes. */
const WORDS = {
  ID: "the id of a hash with one entry, 7: 0x01020304",
  HEX_ID: "that id as 0x…",
  OCTAL_ID: "that id as 0…",
  PADDED_ID: "that id behind a blank and a plus",
  WRAPPED_ID: "that id plus 2^32",
  NAME: "the name of that hash",
  SHARED: "the name of two maps",
  PIN: "where the hash is pinned",
  PIN_PROG: "where a program is pinned",
  PIN_LINK: "where a link is pinned",
  PINS: "a folder in bpffs",
  FILE: "a file outside of bpffs",
  QUEUE: "the id of a queue",
  WIDE: "the id of a hash with keys of 300 bytes",
  WRITE_ONLY: "the id of a map made for writing only",
} as const;

type Word = keyof typeof WORDS;

/** Each a command line behind `map`, split at blanks; `''` is an empty word. */
const COMMANDS = `
dump
dump id
dump id ID extra
dump id 0
dump id 4294967295
dump id 4294967296
dump id 99999999999999999999
dump id 1e3
dump id x
dump id ''
dump id HEX_ID
dump id OCTAL_ID
dump id PADDED_ID
dump id WRAPPED_ID
dump id IDx
dump i ID
dump foo ID
dump '' ID
dump name
dump name NAME
dump n NAME
dump name SHARED
dump name no_such_map
dump name NAMENAMENAMENAMENAME
dump name sixteen_letters_
dump pinned
dump pinned PIN
dump pin PIN
dump p PIN
dump pinnedx PIN
dump pinned PINS/nothing
dump pinned PINS
dump pinned PIN_PROG
dump pinned PIN_LINK
dump pinned FILE
dump pinned /no/such/"path"
dump pinned /no/such/café\\n"
dump f"o\\o ID
dump pinned PINS/with.dot
dump pinned ''
dump id WRITE_ONLY
show id
show id ID extra
show foo ID
show id 0
show pinned PIN_PROG
show pinned PIN_LINK
show name
d id ID
du id ID
dumpx id ID
lo id ID key 7 0 0 0
lookup
lookup id
lookup id ID
lookup id ID key
lookup id ID key 7 0 0 0
lookup id ID k 7 0 0 0
lookup id ID key 7 0 0
lookup id ID key 7 0 0 0 0
lookup id ID key 8 0 0 0
lookup id ID key hex 7 0 0 0
lookup id ID key hex 07 0x0 00 0000
lookup id ID key h 07 0 0 0
lookup id ID key 263 256 0x100 18446744073709551616
lookup id ID key 7 '' 0 0
lookup id ID key 07 00 0x0 +0
lookup id ID key 08 0 0 0
lookup id ID key 7 0 0 z
lookup id ID key hex 7 0 0 0xg
lookup id ID key hex
lookup id ID key 7 0 0 0 key 7 0 0 0
lookup id ID key 7 0 0 0 value 1 2 3 4
lookup id ID value 1 2 3 4
lookup id ID value 1 2 3 4 key 7 0 0 0
lookup id ID key 7 0 0 0 any
lookup id ID key 7 0 0 0 noexist
lookup id ID any any
lookup id ID nothing
lookup name NAME key 7 0 0 0
lookup name SHARED key 7 0 0 0
lookup name no_such_map key 7 0 0 0
lookup pinned PIN key 7 0 0 0
lookup pinned PIN_PROG key 7 0 0 0
lookup id WIDE key 1
lookup id WRITE_ONLY key 0 0 0 0
lookup id QUEUE
lookup id QUEUE key 0
lookup id QUEUE key
getnext
getnext id ID
getnext id ID key 7 0 0 0
getnext id ID key 8 0 0 0
getnext id ID key 7 0 0
getnext id ID key
getnext id ID value 7 0 0 0
getnext id ID key 7 0 0 0 extra
getnext name SHARED
getnext id QUEUE
getnext id WRITE_ONLY
g id ID
peek
peek id QUEUE
peek id ID
peek id QUEUE extra
peek name no_such_map
pee id QUEUE
`;

/** Behind the word bpftool, where options may stand anywhere. */
const OPTIONS = [
  "map --json dump id ID",
  "map dump -j id ID",
  "map dump id ID -p",
  "map dump id ID --pretty",
  "-j -p map dump id ID",
  "-jp map dump id ID",
  "--jso map dump id ID",
  "map -f dump id ID",
  "--bpffs map dump id ID",
  "map lookup id ID key 7 0 0 -1",
  "map dump id -1",
  "-- map dump id ID",
  "map -- dump id ID",
];

liveSuite("command lines, right and wrong", ["kernel", "bpftools"], () => {
  const words: Record<string, string> = {};

  beforeAll(() => {
    const scratch = new Scratch();
    makeWords(scratch, words);
    return () => scratch[Symbol.dispose]();
  });

  test.for(COMMANDS.trim().split("\n"))("map %s", async (line) => {
    expect(await differences(["map", ...fill(line)])).toEqual([]);
  });

  test("map dump ID: bpftool refuses a bare id, here it is a map", async () => {
    const id = words.ID ?? "";
    const bare = await runOurs(["map", "dump", id]);
    expect(bare).toMatchObject({ status: 0, stderr: "" });
    expect(bare.stdout.toString()).toBe("key: 07 00 00 00  value: 04 03 02 01\nFound 1 element\n");
  });

  test.for(OPTIONS)("%s", async (line) => {
    expect(await differences(fill(line), { shapes: ["plain"] })).toEqual([]);
  });

  test("a key of 300 bytes", async () => {
    const key = Array.from({ length: 300 }, (_, i) => String(i % 256));
    expect(await differences(["map", "lookup", "id", words.WIDE ?? "", "key", ...key])).toEqual([]);
    expect(await differences(["map", "getnext", "id", words.WIDE ?? "", "key", ...key])).toEqual([]);
  });

  function fill(line: string): string[] {
    return line
      .split(" ")
      .map((word) => (word === "''" ? "" : word.replace(/[A-Z_]{2,}/g, (name) => words[name] ?? name)));
  }
});

function makeWords(scratch: Scratch, words: Record<string, string>): void {
  const map = (spec: Partial<MapSpec>): Fd => {
    return scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 2, ...spec }));
  };
  const idOf = (fd: Fd): string => String(kernel.mapInfo(fd).id);
  const name = `cmd_${process.pid}`;
  const hash = map({ name });
  updateElement(hash, Uint8Array.of(7, 0, 0, 0), Uint8Array.of(4, 3, 2, 1));
  const wide = map({ keySize: 300 });
  updateElement(
    wide,
    Uint8Array.from({ length: 300 }, (_, i) => i),
    new Uint8Array(4),
  );
  const queue = map({ type: "queue", keySize: 0, flags: 0 });
  updateElement(queue, null, Uint8Array.of(1, 2, 3, 4));
  for (let i = 0; i < 2; i++) map({ name: `two_${process.pid}` });
  const file = join(scratch.folder, "file");
  writeFileSync(file, "");
  const id = Number(idOf(hash));
  const made: Record<Word, string> = {
    ID: String(id),
    HEX_ID: `0x${id.toString(16)}`,
    OCTAL_ID: `0${id.toString(8)}`,
    PADDED_ID: ` +${id}`,
    WRAPPED_ID: String(2 ** 32 + id),
    NAME: name,
    SHARED: `two_${process.pid}`,
    PIN: scratch.pin(hash, "hash"),
    PIN_PROG: scratch.pin(scratch.own(loadProgram()), "program"),
    PIN_LINK: scratch.pin(scratch.own(createLink()), "link"),
    PINS: scratch.pins,
    FILE: file,
    QUEUE: idOf(queue),
    WIDE: idOf(wide),
    WRITE_ONLY: idOf(map({ flags: BPF_F_WRONLY })),
  };
  Object.assign(words, made);
}
