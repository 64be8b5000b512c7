import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import {
  type Entry,
  numbered,
  ORIGIN,
  readingError,
  readSnapshot,
  type SampleMap,
  sampleMap,
  sealed,
  typeSource,
} from "../sample-maps.ts";

const scratch = useScratch();

const int = { kind: "int", name: "int", size: 4, encoding: 1, offset: 0, bits: 32 } as const;
const small: SampleMap = {
  info: { valueSize: 2 },
  entries: [...numbered(3, 4, 2), [Uint8Array.of(9, 9, 9, 9), 2] as Entry],
  report: { restarts: 1 },
  types: { state: "known", types: typeSource({ 5: int }, [1]), keyTypeId: 5, valueTypeId: 5 },
};
const queue: SampleMap = {
  info: { type: 22, keySize: 0, valueSize: 2 },
  peek: Uint8Array.of(1, 2),
  report: { complete: false, errno: 22 },
};

/** A snapshot of these maps, as bytes. */
async function snapshotOf(name: string, ...maps: readonly SampleMap[]): Promise<Buffer> {
  const path = join(scratch.folder, name);
  await saveSnapshot(path, maps.map(sampleMap), { ...ORIGIN, force: true });
  return readFileSync(path);
}

function written(name: string, bytes: string | Uint8Array): string {
  const path = join(scratch.folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** What reading gives, as one comparable thing: the contents or the error's code. */
async function outcome(path: string): Promise<unknown> {
  return await readSnapshot(path).catch((error) => error.code ?? error);
}

describe("truncated after any byte", () => {
  test("a plain file", async () => {
    const whole = await snapshotOf("whole", small, queue);
    const sectionEnd = whole.indexOf('}\n{"format') + 2;
    for (let length = 0; length < whole.length; length++) {
      const got = await outcome(written("cut", whole.subarray(0, length)));
      if (length === sectionEnd) expect(got).toHaveLength(1);
      else expect(got, `cut after byte ${length}`).toBe("SNAPSHOT_INVALID");
    }
  });

  test("a compressed file", async () => {
    const whole = await snapshotOf("whole.gz", small, queue);
    for (let length = 0; length < whole.length; length++) {
      expect(await outcome(written("cut", whole.subarray(0, length))), `cut after byte ${length}`).toBe(
        "SNAPSHOT_INVALID",
      );
    }
  });
});

// A test for each alteration: files are written and read by the thousand, which takes a slow machine its time.
describe("any byte altered", () => {
  test.each<[what: string, alter: (byte: number) => number]>([
    ["its lowest bit", (byte) => byte ^ 1],
    ["upper and lower case", (byte) => byte ^ 0x20],
    ["a new line", () => 0x0a],
  ])("of a plain file: refused (%s)", async (_, alter) => {
    const whole = await snapshotOf("whole", small, queue);
    for (const [at, original] of [...whole].entries()) {
      const altered = alter(original);
      if (altered === original) continue;
      whole[at] = altered;
      expect(await outcome(written("altered", whole)), `byte ${at} is ${altered}`).toBe("SNAPSHOT_INVALID");
      whole[at] = original;
    }
  });

  test.each<[what: string, alter: (byte: number) => number]>([
    ["its lowest bit", (byte) => byte ^ 1],
    ["its highest bit", (byte) => byte ^ 0x80],
    ["a zero", () => 0],
  ])("of a compressed file: refused, or without consequence (%s)", async (_, alter) => {
    const whole = Buffer.concat([await snapshotOf("1.gz", small), await snapshotOf("2.gz", queue)]);
    const contents = await outcome(written("whole", whole));
    let harmless = 0;
    for (const [at, original] of [...whole].entries()) {
      const altered = alter(original);
      if (altered === original) continue;
      whole[at] = altered;
      const got = await outcome(written("altered", whole));
      if (got !== "SNAPSHOT_INVALID") {
        expect(got, `byte ${at} is ${altered}`).toEqual(contents);
        harmless++;
      }
      whole[at] = original;
    }
    // The time and system in gzip's headers, and the bits between the data and its checksum.
    expect(harmless).toBeLessThan(2 * 8);
  });
});

describe("edited by hand", () => {
  /** The lines of the small snapshot: header, four entries, trailer. */
  async function lines(): Promise<string[]> {
    return (await snapshotOf("map", small)).toString().trimEnd().split("\n");
  }

  async function editedFile(edit: (lines: string[]) => void): Promise<string> {
    const edited = await lines();
    edit(edited);
    return sealed(edited);
  }

  test("white space and the order of fields don't matter if the checksum is put right", async () => {
    const text = await editedFile((lines) => {
      lines[0] = lines[0]?.replace('"version":1,', '  "version" :\t1 , ') ?? "";
      lines[1] = ' { "value" : "0000" , "key" : "00000000" } \r';
      lines[4] = '{"errno": 2, "key": "09090909"}';
    });
    const original = await outcome(written("original", `${(await lines()).join("\n")}\n`));
    expect(await outcome(written("edited", text))).toEqual(original);
  });

  test("without a new checksum any edit is refused at the trailer", async () => {
    const edited = (await lines()).join("\n").replace('","value"', '", "value"');
    const error = await readingError(written("edited", `${edited}\n`));
    expect(error).toMatchObject({ code: "SNAPSHOT_INVALID", details: { line: 6 } });
    expect(error.message).toContain("line 6: the checksum is not that of the lines before it");
  });

  const set = (i: number, line: string) => (lines: string[]) => {
    lines[i] = line;
  };
  const replace = (i: number, from: string | RegExp, to: string) => (lines: string[]) => {
    lines[i] = lines[i]?.replace(from, to) ?? "";
  };
  test.each<[string, number, string, (lines: string[]) => void]>([
    ["a newer version", 1, "the format has version 2, this program knows 1", replace(0, '"version":1', '"version":2')],
    ["version 0", 1, '"version" isn\'t an integer from 1', replace(0, '"version":1', '"version":0')],
    ["no version", 1, '"version" is missing', replace(0, '"version":1,', "")],
    ["a header that isn't JSON", 1, "it isn't JSON", replace(0, /\}$/, "")],
    ["a header of nothing but its name", 1, '"version" is missing', set(0, '{"format":"ebpf-map-snapshot"}')],
    ["a name that is a number", 1, '"name" isn\'t a string', replace(0, '"name":"conns"', '"name":5')],
    ["no types", 1, '"types" is missing', replace(0, '"types"', '"tipes"')],
    ["a bad type", 1, 'type 5: "size" isn\'t an integer', replace(0, '"size":4', '"size":-4')],
    ["a local time", 1, '"time" isn\'t an ISO 8601 time', replace(0, "123Z", "123+01:00")],
    ["a middle byte order", 1, '"byteOrder" isn\'t', replace(0, '"little"', '"pdp"')],
    [
      "a boot time as a number",
      1,
      '"bootTimeOffsetNs" isn\'t',
      replace(0, /"bootTimeOffsetNs":"\d+"/, '"bootTimeOffsetNs":5'),
    ],
    ["a memlock as a number", 1, '"memlock" isn\'t a string', replace(0, '"fdinfo":{', '"fdinfo":{"memlock":5')],
    ["a blank line", 2, "it isn't JSON", (lines) => lines.splice(1, 0, "")],
    ["an array", 3, "it isn't an object", set(2, "[]")],
    ["half a line", 3, "it isn't JSON", set(2, '{"key":"01000000","val')],
    ["no value", 3, '"value" is missing', set(2, '{"key":"01000000"}')],
    ["no key", 3, '"key" is missing', set(2, '{"value":"0101"}')],
    ["a value too long", 3, "the value has 3 bytes, 2 expected", set(2, '{"key":"01000000","value":"010101"}')],
    ["a value too short", 3, "the value has 1 bytes, 2 expected", set(2, '{"key":"01000000","value":"01"}')],
    ["half a byte", 3, "the value has 1.5 bytes, 2 expected", set(2, '{"key":"01000000","value":"010"}')],
    ["upper case", 3, "the value is not in lower-case hex digits", set(2, '{"key":"01000000","value":"01AB"}')],
    ["letters beyond f", 3, "the key is not in lower-case hex digits", set(2, '{"key":"0100000g","value":"0101"}')],
    [
      "digits of other scripts",
      3,
      "the key is not in lower-case hex digits",
      set(2, '{"key":"0100000\u0130","value":"0101"}'),
    ],
    ["a value that is a number", 3, '"value" isn\'t a string', set(2, '{"key":"01000000","value":5}')],
    [
      "both value and errno",
      3,
      'an entry of this map has no "value"',
      set(2, '{"key":"01000000","value":"0101","errno":2}'),
    ],
    ["another field", 3, 'an entry of this map has no "x"', set(2, '{"key":"01000000","value":"0101","x":1}')],
    ["errno 0", 3, '"errno" isn\'t an integer from 1 to 4095', set(2, '{"key":"01000000","errno":0}')],
    ["errno -2", 3, '"errno" isn\'t an integer from 1 to 4095', set(2, '{"key":"01000000","errno":-2}')],
    ["errno 4096", 3, '"errno" isn\'t an integer from 1 to 4095', set(2, '{"key":"01000000","errno":4096}')],
    [
      "a line that is too long",
      3,
      "it has more than 4108 bytes",
      set(2, `{"key":"01000000","value":"0000"${" ".repeat(4096)}}`),
    ],
    [
      "a line that is far too long",
      3,
      "it has more than 4108 bytes",
      set(2, `{"key":"01000000","value":"${"0".repeat(600_000)}"}`),
    ],
    ["a peek in a map with keys", 3, "a map with keys has no peek", set(2, '{"peek":"0101"}')],
    ["an entry less than counted", 5, "the trailer counts 4 entries, there are 3", (lines) => lines.splice(1, 1)],
    ["an entry twice", 7, "the trailer counts 4 entries, there are 5", (lines) => lines.splice(1, 0, lines[1] ?? "")],
    ["a second trailer", 7, "what follows the trailer is not a header", (lines) => lines.push(lines[5] ?? "")],
    [
      "an entry behind the trailer",
      7,
      "what follows the trailer is not a header",
      (lines) => lines.push(lines[1] ?? "", lines[5] ?? ""),
    ],
    [
      "a header among entries",
      3,
      "a map begins, but the one before has no trailer",
      (lines) => lines.splice(2, 0, lines[0] ?? ""),
    ],
    ["a way of reading that isn't one", 6, 'no way of reading called "guess"', replace(5, '"batch"', '"guess"')],
    ["a count that is negative", 6, '"restarts" isn\'t an integer', replace(5, '"restarts":1', '"restarts":-1')],
    ["a report without errno", 6, '"errno" is missing', replace(5, ',"errno":0', "")],
  ])("%s", async (_, line, reason, edit) => {
    const error = await readingError(written("edited", await editedFile(edit)));
    expect(error.message).toContain(`line ${line}: `);
    expect(error.message).toContain(reason);
    expect(error).toMatchObject({ code: "SNAPSHOT_INVALID", details: { line, path: join(scratch.folder, "edited") } });
  });

  test.each([
    ["white space behind the checksum", /"\}\n$/, '" }\n'],
    ["a checksum in upper case", /[0-9a-f]{64}"\}\n$/, `${"A".repeat(64)}"}\n`],
    ["no checksum", /,"sha256":"[0-9a-f]{64}"/, ""],
    ["something behind the checksum", /\}\n$/, ',"x":1}\n'],
  ])("a trailer with %s", async (_, from, to) => {
    const text = `${(await lines()).join("\n")}\n`.replace(from, to);
    expect((await readingError(written("edited", text))).message).toContain(
      "line 6: the trailer doesn't end in a checksum",
    );
  });

  test("the line is counted from the start of the file, also in a later section", async () => {
    const good = `${(await lines()).join("\n")}\n`;
    const bad = await editedFile(set(2, '{"key":"01000000","value":"0g01"}'));
    expect((await readingError(written("two", good + bad))).details.line).toBe(9);
  });

  test("an error comes again at the next step", async () => {
    const { openSnapshotFile } = await import("../../../../src/snapshot/read/load.ts");
    const path = written("edited", await editedFile(set(2, "[]")));
    const map = scratch.own((await openSnapshotFile(path))[0] ?? sampleMap());
    const source = scratch.own(map.entries());
    const error = await Promise.resolve(source.next()).catch((error) => error);
    expect(error).toMatchObject({ code: "SNAPSHOT_INVALID" });
    await expect(source.next()).rejects.toBe(error);
    expect(source.report.complete).toBe(false);
  });
});

describe("hostile sizes", () => {
  async function header(edit: (text: string) => string): Promise<string> {
    const text = (await snapshotOf("map", { entries: numbered(1) })).toString().trimEnd().split("\n");
    return sealed([edit(text[0] ?? ""), ...text.slice(1)]);
  }

  test.each([
    ["a key of 4 GiB", '"keySize":4', '"keySize":4294967295', "a key would have 4294967295 bytes"],
    ["a value of 4 GiB", '"valueSize":8', '"valueSize":4294967295', "a value would have 4294967295 bytes"],
    ["a value for too many CPUs", '"possibleCpus":0', '"possibleCpus":1048577', '"possibleCpus" isn\'t an integer'],
    [
      "a million slots of 4 KiB",
      '"possibleCpus":0,"map":{"type":1,"id":7,"keySize":4,"valueSize":8',
      '"possibleCpus":1048576,"map":{"type":5,"id":7,"keySize":4,"valueSize":4096',
      "a value would have 4294967296 bytes",
    ],
    ["a negative size", '"valueSize":8', '"valueSize":-8', '"valueSize" isn\'t an integer'],
    ["a size of 1e300", '"valueSize":8', '"valueSize":1e300', '"valueSize" isn\'t an integer'],
    ["no size", '"valueSize":8,', "", '"valueSize" is missing'],
  ])("%s", async (_, from, to, reason) => {
    const error = await readingError(written("hostile", await header((text) => text.replace(from, to))));
    expect(error.message).toContain(reason);
    expect(error).toMatchObject({ code: "SNAPSHOT_INVALID", details: { line: 1 } });
  });

  test("the largest value that may be, but isn't there, costs no memory", async () => {
    const text = await header((text) => text.replace('"valueSize":8', '"valueSize":1073741824'));
    const before = process.memoryUsage().rss;
    const error = await readingError(written("hostile", text));
    expect(error.message).toContain("the value has 8 bytes, 1073741824 expected");
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  });

  test.each([
    ["zeros", (header: string) => header + "\0".repeat(300 * 2 ** 20)],
    [
      "digits of a value that never ends",
      (header: string) => `${header}{"key":"00000000","value":"${"0".repeat(300 * 2 ** 20)}`,
    ],
    ["a trailer that never ends", (header: string) => `${header}{"entries":${"0".repeat(300 * 2 ** 20)}`],
  ])("a compressed file that unpacks to 300 MiB of %s costs no memory", async (_, unpacked) => {
    const first = (await header((text) => text.replace('"valueSize":8', '"valueSize":1073741824'))).split("\n")[0];
    const path = written("bomb.gz", gzipSync(Buffer.from(unpacked(`${first}\n`), "latin1"), { level: 1 }));
    const before = process.memoryUsage().rss;
    expect((await readingError(path)).details.line).toBe(2);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  test("headers of more than 32 MiB", async () => {
    const text = await header((text) => text.replace('"tool":"', `"tool":"${"x".repeat(33 * 2 ** 20)}`));
    expect((await readingError(written("hostile", text))).message).toContain("line 1: it has more than 33554432 bytes");
  });

  test("headers of more than 32 MiB together", async () => {
    const text = await header((text) => text.replace('"tool":"', `"tool":"${"x".repeat(12 * 2 ** 20)}`));
    expect((await readingError(written("hostile", text + text + text))).message).toContain(
      "line 7: it has more than 8387",
    );
  });

  test("a header nested a million deep", async () => {
    const text = await header((text) => text.replace('"types":null', `"types":${"[".repeat(1e6)}${"]".repeat(1e6)}`));
    expect((await readingError(written("hostile", text))).message).toContain('"types" isn\'t an object');
  });
});

describe("not what it should be, compressed", () => {
  test("something behind the compressed data", async () => {
    const whole = await snapshotOf("map.gz", small);
    for (const tail of [
      Buffer.alloc(1),
      Buffer.alloc(70_000),
      Buffer.from("text"),
      Buffer.concat([Buffer.alloc(3), whole]),
    ]) {
      expect(await outcome(written("tail", Buffer.concat([whole, tail])))).toBe("SNAPSHOT_INVALID");
    }
  });

  test("zeros behind the compressed data where a chunk of the file ends", async () => {
    const text = gunzipSync(await snapshotOf("map.gz", { entries: numbered(20_000), batch: 4096 }));
    // Stored, not deflated, in two members of which the first ends at 64 KiB.
    const first = text.subarray(0, 65_536 - 10 - 5 - 5 - 8);
    const members = [first, text.subarray(first.length)].map((part) => gzipSync(part, { level: 0 }));
    const short = gzipSync(text.subarray(0, 10), { level: 0 }).length;
    expect(short).toBeGreaterThan(10);
    const whole = Buffer.concat(members);
    expect(await outcome(written("whole", whole))).toHaveLength(1);
    expect(
      await outcome(written("tail", Buffer.concat([members[0] ?? whole, Buffer.alloc(1), members[1] ?? whole]))),
    ).toBe("SNAPSHOT_INVALID");
  });
});
