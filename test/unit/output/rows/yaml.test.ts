import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { QueryKernel, textMap } from "../../../helpers/query-kernel.ts";
import { printQuery } from "../../query/run-query.ts";
import { NUMBERS, TEXTS } from "./odd-texts.ts";
import { CONNS, COUNTS, HITS, json, printed, silent, yaml } from "./row-formats.ts";

describe("yaml", () => {
  test("says what the JSON says", async () => {
    for (const [id, asked] of [
      [CONNS, {}],
      [HITS, {}],
      [HITS, { perCpu: "sum" }],
      [COUNTS, { where: "false" }],
    ] as const) {
      const text = await printed(id, asked, yaml());
      const expected = parse(await printed(id, asked, json(true)), { intAsBigInt: true });
      expect(parse(text, { intAsBigInt: true })).toEqual(expected);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey these
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  test("looks like YAML", async () => {
    expect(await printed(COUNTS, { limit: 1 }, yaml())).toBe("- key: 0\n  value: 0\n");
    expect(await printed(CONNS, { limit: 1, select: "value.packets,value.slots" }, yaml())).toBe(
      "- value.packets: 2000\n  value.slots:\n    - 0\n    - 0\n    - 0\n    - 0\n",
    );
  });
});

describe("texts and numbers that readers might take for something else", () => {
  const rows = TEXTS.map((text, i): [string, number] => [text, NUMBERS[i % NUMBERS.length] ?? 0]);
  const kernel = new QueryKernel([textMap(50, rows)]);

  test.each(["1.1", "1.2"] as const)("yaml %s", async (version) => {
    const { text } = await printQuery(50, {}, silent(yaml()), kernel);
    const read = parse(text, { version }) as { key: unknown; value: unknown }[];
    expect(read.map(({ key, value }) => [key, value])).toEqual(rows);
    // PyYAML's 1.1 knows two things more.
    expect(text).toContain('key: "="\n');
    expect(text).toContain("value: 1.0e+300\n");
  });
});
