import { describe, expect, test } from "vitest";
import { BARE, CONNS, COUNTS, json, printed, RING } from "./row-formats.ts";

describe("rows in JSON", () => {
  test("a whole entry", async () => {
    expect(await printed(CONNS, { limit: 2, where: "value.seen" }, json(false))).toBe(
      '{"key":{"saddr":117967114,"dport":53,"proto":17},"value":{"packets":18446744073709551615,"bytes":9007199254740993,' +
        '"delta":0,"st":"ST_SYN","comm":"dns,\\"x\\"","mac":[0,0,0,0,0,0],"zone":0,"seen":true,"load":"NaN","slots":[1,2,3,4]}}\n',
    );
  });

  test("an array", async () => {
    expect(await printed(COUNTS, {}, json(true))).toBe(
      '[\n{"key":0,"value":0},\n{"key":1,"value":5},\n{"key":2,"value":10},\n{"key":3,"value":0}\n]\n',
    );
    expect(await printed(COUNTS, { where: "false" }, json(true))).toBe("[]\n");
    expect(await printed(COUNTS, { where: "false" }, json(false))).toBe("");
  });

  test("bytes that nothing is known of", async () => {
    expect(await printed(BARE, {}, json(false))).toBe('{"key":"01020304","value":"0102"}\n');
  });

  test("a map that can't be read is an error and no list", async () => {
    await expect(printed(RING, {}, json(true))).rejects.toThrow(
      "read map id 16 (marks): operation not supported (ENOTSUPP: a task_storage keeps its entries with tasks",
    );
  });
});
