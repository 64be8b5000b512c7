import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { goldenPath } from "../../../golden/recorded.ts";
import { runOurs } from "../../../helpers/run-ours.ts";

const ENTRY = '{"key":["0x01"],"value":["0x02"],"formatted":{"key":1,"value":{"a":[{';

/** Texts that end within a value: at the top, in an array, in the elements of one of several maps. */
const CUT_TEXTS = [ENTRY, `${ENTRY}\n\n`, `[${ENTRY}`, `[{"id":7,"type":"hash","name":"a","elements":[${ENTRY}`];

test.for(CUT_TEXTS)("a text that ends within a value ends the read: %s", async (text) => {
  const run = await runOurs(["dump", "file", "-", "-o", "ndjson"], undefined, {}, Buffer.from(text));
  expect(run.stdout.toString("latin1")).toBe("");
  expect(run.stderr).not.toBe("");
  expect(run.status).not.toBe(0);
});

test("wherever the text of several maps is cut, the read ends and says so", async () => {
  const text = readFileSync(goldenPath("names", "btf", "json.txt"));
  for (let length = 1; length < text.length - 2; length += 7) {
    const run = await runOurs(["dump", "file", "-", "-o", "ndjson"], undefined, {}, text.subarray(0, length));
    expect([length, run.status === 0, run.stderr === ""]).toEqual([length, false, false]);
  }
});
