import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configSchema } from "../../../../src/server/config/json-schema.ts";
import { METRIC_MEMBERS, readConfigFile } from "../../../../src/server/config/read-config.ts";
import { readDocument } from "../../../helpers/documents.ts";
import { fencesOf } from "../../../helpers/markdown.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

test("the published schema is that of this version", async () => {
  const text = `${JSON.stringify(configSchema(), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot(repositoryPath("bin", "deploy", "serve.schema.json"));
  for (const member of METRIC_MEMBERS) expect(text).toContain(`"${member}": {`);
});

describe("a validator with the published schema", () => {
  const published: object = JSON.parse(readFileSync(repositoryPath("bin", "deploy", "serve.schema.json"), "utf8"));
  const isValid = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(published);

  const examples = ["src/manual/serve.md", "src/manual/tool-metrics.md"].flatMap((path) =>
    fencesOf(readDocument(path).text)
      .filter(({ language, word }) => language === "yaml" && word !== "web.yaml")
      .map(({ word, lines }) => ({ word, text: lines.join("\n") })),
  );

  test("there are examples", () => expect(examples.length).toBeGreaterThanOrEqual(6));

  test.each(examples)("accepts the manual's $word", ({ text }) => {
    expect(isValid(parse(text)), JSON.stringify(isValid.errors)).toBe(true);
  });

  const good = { name: "x", type: "gauge", map: "conns", value: "value.bytes" };
  test.each([
    [{ ...good, typ: "gauge" }],
    [{ ...good, type: "gage" }],
    [{ ...good, name: "1x" }],
    [{ ...good, name: undefined }],
    [{ ...good, map: { id: 0 } }],
    [{ ...good, map: { type: "hahs" } }],
    [{ ...good, map: { id: 7, name: "a" } }],
    [{ ...good, unit: "minutes" }],
    [{ ...good, per_cpu: "all" }],
    [{ ...good, max_series: 0 }],
    [{ ...good, max_series: 1_000_001 }],
    [{ ...good, labels: { __a: "key" } }],
    [{ ...good, labels: { a: { path: "key", render: "ipv5" } } }],
    [{ ...good, labels: { a: { render: "ipv4" } } }],
    [{ ...good, optional: "yes" }],
  ])("refuses %j, as the program does", (metric) => {
    const text = JSON.stringify({ metrics: [metric] });
    expect(isValid(JSON.parse(text))).toBe(false);
    const file = join(scratch.folder, "serve.yaml");
    writeFileSync(file, text);
    expect(() => readConfigFile(file)).toThrow(/serve\.yaml:1:\d+: /);
  });

  test("refuses what isn't a list of metrics", () => {
    for (const config of [null, [], {}, { metrics: {} }, { metric: [] }, { metrics: [], more: 1 }])
      expect(isValid(config)).toBe(false);
  });
});
