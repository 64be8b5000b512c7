import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { replaceInvalid } from "../../../src/bytes.ts";
import { HOSTILE_NAMES, HostileKernel } from "../../helpers/hostile-map.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { type Around, type MainRun, runMain } from "./run-main.ts";

const scratch = useScratch();

function run(words: readonly string[], around: Around = {}): Promise<MainRun> {
  return runMain(words, { kernel: new HostileKernel(), env: { NO_COLOR: "1" }, ...around });
}

/** As readers of UTF-8 take them. */
const SHOWN_NAMES = HOSTILE_NAMES.map(replaceInvalid);
const BYTES = HOSTILE_NAMES.map((_, i) => i + 1);

function members(value: unknown): { names: string[]; bytes: unknown[] } {
  const entries = Object.entries(value as object).filter(([name]) => name !== "kind" && name !== "text");
  return { names: entries.map(([name]) => name), bytes: entries.map(([, byte]) => byte) };
}

describe("names that are code, escapes or no text at all are data to", () => {
  test.each(["ndjson", "json"])("-o %s", async (format) => {
    const { stdout, status } = await run(["dump", "id", "7", "-o", format]);
    expect(status).toBe(0);
    const [row] = [JSON.parse(stdout)].flat() as { value: object }[];
    expect(members(row?.value)).toEqual({ names: SHOWN_NAMES, bytes: BYTES });
  });

  test("-o yaml", async () => {
    const { stdout, status } = await run(["dump", "id", "7", "-o", "yaml"]);
    expect(status).toBe(0);
    const [row] = parseYaml(stdout) as { value: object }[];
    expect(members(row?.value)).toEqual({ names: SHOWN_NAMES, bytes: BYTES });
  });

  test("--where, --select, --sort and --group-by", async () => {
    for (const [i, name] of HOSTILE_NAMES.entries()) {
      const path = `value[${JSON.stringify(name)}]`;
      // In CEL a byte that is no UTF-8 has no escape: it stands for itself.
      const where = `${path.replaceAll(/\\u(dc[89a-f].)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))} == ${i + 1}`;
      const asked = ["--where", where, "--select", path, "--sort", path, "-o", "ndjson"];
      const { stdout, stderr, status } = await run(["dump", "id", "7", ...asked]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(Object.values(JSON.parse(stdout))).toEqual([i + 1]);
      const grouped = await run(["dump", "id", "7", "--group-by", path, "-o", "ndjson"]);
      expect({ status: grouped.status, group: Object.values(JSON.parse(grouped.stdout))[0] }).toEqual({
        status: 0,
        group: i + 1,
      });
    }
  });

  test("schema export, and to whoever reads it", async () => {
    const { stdout, status } = await run(["schema", "export", "id", "7"]);
    expect(status).toBe(0);
    const { fields } = JSON.parse(stdout).layouts[0].value;
    expect(fields.map(({ name }: { name: string }) => name).slice(0, -2)).toEqual(HOSTILE_NAMES);
  });

  test("generate: a module that runs, and decodes what the SDK decodes", async () => {
    const file = join(scratch.folder, "hostile.ts");
    expect(await run(["generate", "id", "7", "-o", file])).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(file, "utf8")).toContain("DO NOT EDIT");
    const { decodeValue } = (await import(file)) as { decodeValue: (x: Uint8Array, d: DataView, a: number) => object };
    const bytes = new Uint8Array(HOSTILE_NAMES.length + 33).map((_, i) => i + 1);
    const decoded = decodeValue(bytes, new DataView(bytes.buffer), 0);
    expect(members(decoded)).toEqual({ names: HOSTILE_NAMES, bytes: BYTES });
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  });
});

/** Each command, and each format that it prints; FILE is a snapshot of the map. */
const COMMANDS: readonly string[] = [
  "list",
  "-j list",
  "-p list id 7",
  "dump id 7",
  "-j dump id 7",
  "-p dump id 7",
  ...["table", "csv", "ndjson", "json", "yaml"].map((format) => `dump id 7 -o ${format}`),
  "dump id 7 --group-by value.text",
  "dump id 7 --recursive",
  "dump file FILE",
  "list file FILE",
  "lookup id 7 key 9",
  "-j lookup id 7 key 9",
  "getnext id 7",
  "schema show id 7",
  "schema export id 7",
  "schema show id 7 --format c",
  "generate id 7",
  "stats",
  "stats -o ndjson",
  "diff id 7 id 8",
  "diff id 7 id 8 -o ndjson",
  "diff id 7 file FILE",
  "watch id 7 --count 1 -o ndjson",
  "watch id 7 --count 2 --interval 10ms",
];

/** The words of a mistake, each of which is quoted in the message. */
const MISTAKES: readonly (readonly string[])[] = [
  ["\u001b]0;owned\u0007"],
  ["dump", "file", "/nowhere/\u202e\u009b31m\udc9b"],
  ["dump", "pinned", "/nowhere/\u001b[2J"],
  ["dump", "name", "\u001b[2J"],
  ["dump", "id", "7", "--where", "value.\u001b[2J == 1"],
  ["dump", "id", "7", "--where", "value.txt == '\u202e'"],
  ["dump", "id", "7", "--select", "value.\u200b"],
  ["dump", "id", "7", "--config", "/nowhere/\u001b[2J"],
  ["dump", "id", "7", "--btf", "/nowhere/\u001b[2J"],
  ["dump", "id", "7", "--value-type", "struct \u001b[2J"],
  ["lookup", "id", "7", "--key", '{"\u001b[2J":1}'],
  ["list", "--\u001b[2J"],
  ["watch", "id", "7", "--interval", "\u001b[2J"],
  ["schema", "check", "id", "7", "/nowhere/\u001b[2J"],
];

describe("what a terminal gets, it doesn't obey:", () => {
  const OBEYED = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
  /** What the screen of watch is drawn with. */
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a screen is drawn with
  const SCREEN = /\u001b\[(?:\?1049[hl]|\?25[hl]|\?1007[hl]|[HKJ]|\d+;1H|0m)|\r\n/g;

  test.each(COMMANDS)("%s", async (command) => {
    const file = join(scratch.folder, "hostile.ndjson");
    expect((await run(["save", "id", "8", file])).status).toBe(0);
    const words = command.split(" ").map((word) => (word === "FILE" ? file : word));
    const { stdout, stderr, status } = await run(words, { isTerminal: true });
    expect(stdout + stderr).not.toBe("");
    expect(status).toBe(command.startsWith("diff") ? 1 : 0);
    for (const text of [stdout.replaceAll(SCREEN, "\n"), stderr]) expect(OBEYED.exec(text)).toBeNull();
  });

  test.each(MISTAKES.map((words) => [JSON.stringify(words), words] as const))("%s", async (_, words) => {
    for (const style of [[], ["-j"], ["--debug"]]) {
      const { stdout, stderr, status } = await run([...style, ...words], { isTerminal: true });
      expect(status).not.toBe(0);
      expect(stdout + stderr).not.toBe("");
      for (const text of [stdout, stderr]) expect(OBEYED.exec(text)).toBeNull();
    }
  });
});
