import { expect, test } from "vitest";
import type { Render } from "../../../../src/codec/json/json-program.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "../../../../src/output/rows/formats.ts";
import { openRowWriter, type WriterOptions } from "../../../../src/output/rows/open-writer.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { inputOf, queryOf, runOf } from "../../query/typed-rows.ts";

const MAP = { key: "u32", value: "char[8]" };

async function printed(format: OutputFormat, more: Partial<WriterOptions> = {}): Promise<string> {
  const asked: string[] = [];
  const render = (target: unknown): Render => {
    asked.push(target === "text" ? "text" : "json");
    return () => undefined;
  };
  const collected = new CollectedOutput();
  const options: WriterOptions = {
    ...{ json: { int64: "digits", enums: "name" }, render, isTerminal: false, width: undefined, color: false },
    ...{ scale: undefined, csvSafe: false, warn: () => undefined },
    ...more,
  };
  const map = format === "hist" ? { key: "u32", value: "u32" } : MAP;
  const writer = await openRowWriter(queryOf(map), format, collected.out, options);
  writer.begin();
  writer.write(runOf(inputOf(map), [[1, format === "hist" ? 5 : "=a"]]));
  writer.end(true);
  expect(asked).toEqual([["json", "ndjson", "yaml"].includes(format) ? "json" : "text"]);
  return collected.text;
}

test.each<[OutputFormat, string]>([
  ["json", '[\n{"key":1,"value":"=a"}\n]\n'],
  ["ndjson", '{"key":1,"value":"=a"}\n'],
  ["yaml", '- key: 1\n  value: "=a"\n'],
  ["csv", "key,value\r\n1,=a\r\n"],
  ["table", "key  value\n  1  =a\n"],
  ["hist", `0 -> 1 0 |${" ".repeat(69)}|\n2 -> 3 5 |${"█".repeat(69)}|\n`],
])("%s", async (format, text) => {
  expect(await printed(format)).toBe(text);
});

test("every format has a writer", async () => {
  for (const format of OUTPUT_FORMATS) expect(await printed(format)).not.toBe("");
});

test("options reach the writers that have a use for them", async () => {
  expect(await printed("csv", { csvSafe: true })).toBe("key,value\r\n1,'=a\r\n");
  expect(await printed("csv", { isTerminal: true })).toBe("key,value\n1,=a\n");
  expect(await printed("table", { color: true })).toBe("\u001b[1mkey\u001b[22m  \u001b[1mvalue\u001b[22m\n  1  =a\n");
  expect(await printed("hist", { scale: { kind: "linear" }, width: 20 })).toBe("1 5 |██████████████|\n");
});
