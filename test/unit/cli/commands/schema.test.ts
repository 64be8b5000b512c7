import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { connectionBtf, connectionBytes } from "../../../helpers/connections.ts";
import { runOurs } from "../../../helpers/run-ours.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { ORIGIN, sampleMap } from "../../snapshot/sample-maps.ts";

const scratch = useScratch();

/** A snapshot of three connections; `dirty` puts something into the padding of a key. */
async function snapshot({ dirty = false, typed = true } = {}): Promise<string> {
  const { bytes, key, value } = connectionBtf();
  const entries = [0, 1, 2].map((i) => {
    const one = connectionBytes(i);
    if (dirty && i === 1) one.key[7] = 9;
    return [one.key, one.value] as const;
  });
  const types = { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value } as const;
  const info = { name: "conns", keySize: 8, valueSize: 32, btfId: typed ? 5 : 0 };
  const path = join(scratch.folder, "conns.ndjson");
  await saveSnapshot(path, [sampleMap({ info, entries, types: typed ? types : { state: "none" } })], {
    ...ORIGIN,
    force: true,
  });
  return path;
}

async function exported(edit: (text: string) => string = (text) => text): Promise<string> {
  const { stdout } = await runOurs(["schema", "export", "file", await snapshot()]);
  const path = join(scratch.folder, "conns.schema.json");
  writeFileSync(path, edit(stdout.toString()));
  return path;
}

describe("show", () => {
  test("prints offsets, sizes, holes and padding", async () => {
    const { stdout, stderr, status } = await runOurs(["schema", "show", "file", await snapshot()]);
    expect(stdout.toString()).toBe(
      [
        "  offset     size  name                      type",
        "       0        8  key                       struct conn_key",
        "       0        4    addr                    u32",
        "       4        2    port                    u16",
        "       6        2    (padding)",
        "       0       32  value                     struct conn_val",
        "       0        8    packets                 u64",
        "       8        4    state                   enum state",
        "      12       16    comm                    char[16]",
        "      28        4    (padding)",
        "",
      ].join("\n"),
    );
    expect([stderr, status]).toEqual(["", 0]);
  });

  test("warns of keys whose padding isn't zero", async () => {
    const { stderr } = await runOurs(["schema", "show", "file", await snapshot({ dirty: true })]);
    expect(stderr).toContain("padding is not zero in 1 keys (such keys differ though their fields are equal)");
  });

  test("as C and as JSON", async () => {
    const path = await snapshot();
    const c = await runOurs(["schema", "show", "file", path, "--format", "c"]);
    expect(c.stdout.toString()).toContain("struct conn_val {\n\tu64 packets;");
    const json = await runOurs(["schema", "show", "file", path, "--format", "json"]);
    expect(json.stdout).toEqual((await runOurs(["schema", "export", "file", path])).stdout);
    expect(JSON.parse(json.stdout.toString()).layouts[0].value.fields[2]).toEqual({
      name: "comm",
      offset: 12,
      of: {
        kind: "array",
        type: "char[16]",
        size: 16,
        length: 16,
        text: true,
        element: { kind: "int", type: "char", size: 1, encoding: "signed", char: true },
      },
    });
  });

  test("needs types", async () => {
    const { stderr, status } = await runOurs(["schema", "show", "file", await snapshot({ typed: false })]);
    expect(stderr).toContain("it has no types (--btf, --value-type or --schema give it some)");
    expect(status).toBe(255);
  });
});

describe("check", () => {
  test.each<[string, (text: string) => string, number, string]>([
    ["the same", (text) => text, 0, "the map is as the schema says\n"],
    [
      "a field that the file doesn't know",
      (text) => edited(text, ({ value }) => value.fields.splice(1, 1)),
      1,
      "additive  value.state: declared nothing, map has enum state at 8 (struct conn_val)\n",
    ],
    [
      "another width",
      (text) => edited(text, ({ value }) => Object.assign(value.fields[0].of, { size: 4, type: "u32" })),
      2,
      "breaking  value.packets: declared u32 at 0, map has u64 at 0 (struct conn_val)\n",
    ],
  ])("%s", async (_, edit, expected, text) => {
    const file = await exported(edit);
    const { stdout, stderr, status } = await runOurs(["schema", "check", "file", await snapshot(), file]);
    expect([stdout.toString(), stderr, status]).toEqual([text, "", expected]);
  });

  test("of values", async () => {
    const file = await exported((text) =>
      edited(text, ({ value }) => Object.assign(value.fields[0].of, { minimum: 1 })),
    );
    const { stdout, status } = await runOurs(["schema", "check", "file", await snapshot(), file, "--values"]);
    expect(stdout.toString()).toBe(
      'the map is as the schema says\ninvalid   value.packets: expected at least 1, got 0 (key {"addr":0,"port":1000})\n3 entries checked, 1 invalid\n',
    );
    expect(status).toBe(2);
  });

  test("in JSON", async () => {
    const file = await exported((text) => edited(text, ({ value }) => value.fields.splice(1, 1)));
    const { stdout } = await runOurs(["-j", "schema", "check", "file", await snapshot(), file, "--values"]);
    expect(JSON.parse(stdout.toString())).toEqual({
      findings: [expect.objectContaining({ severity: "additive", change: "extra", path: "value.state" })],
      values: { checked: 3, invalid: 0, unread: 0, shown: [] },
    });
  });

  test.each([
    [
      "a typo",
      (text: string) => text.replace('"length"', '"lenght"'),
      "layouts[0].value.fields[2].of.lenght: there is no such property",
    ],
    [
      "another map",
      (text: string) => text.replace('"conns"', '"other"'),
      "has no layout for a map of this name and this kernel",
    ],
  ])("refuses a file with %s", async (_, edit, message) => {
    const { stderr, status } = await runOurs(["schema", "check", "file", await snapshot(), await exported(edit)]);
    expect(stderr).toContain(message);
    expect(status).toBe(255);
  });
});

test("--schema gives types to a map that has none, and to no other", async () => {
  const file = await exported();
  const untyped = await runOurs(["-j", "dump", "file", await snapshot({ typed: false }), "--schema", file]);
  expect(untyped.stdout.toString()).toContain(
    '"formatted":{"key":{"addr":1,"port":1001},"value":{"packets":1,"state":"ST_OPEN","comm":"app1"}}',
  );
  const wrong = await exported((text) => text.replaceAll('"packets"', '"pockets"'));
  const typed = await runOurs(["-j", "dump", "file", await snapshot(), "--schema", wrong]);
  expect(typed.stdout.toString()).toContain('"packets":1');
});

test("--schema of another size is refused with both numbers", async () => {
  const file = await exported((text) => edited(text, (layout) => Object.assign(layout.value, { size: 40 })));
  const { stderr } = await runOurs(["dump", "file", await snapshot({ typed: false }), "--schema", file]);
  expect(stderr).toContain("the schema's value has 40 bytes, the map's values have 32");
});

test.each([[[]], [["show"]], [["check", "file", "x"]], [["sow", "file", "x"]]])(
  "schema %j shows its usage",
  async (words) => {
    const { stderr, status } = await runOurs(["schema", ...words]);
    expect(stderr).toContain(
      "Usage: ebpf-map schema show MAP [--format FORMAT]\n       ebpf-map schema export MAP [-o FILE]\n",
    );
    expect(status).toBe(255);
  },
);

// biome-ignore lint/suspicious/noExplicitAny: a document that a test bends
function edited(text: string, edit: (layout: any) => unknown): string {
  const document = JSON.parse(text);
  edit(document.layouts[0]);
  return JSON.stringify(document);
}
