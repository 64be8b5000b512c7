import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openMap, type Reader } from "../../../src/index.ts";
import { openDescriptors, trackDescriptors } from "../../../src/sys/fd.ts";
import { type ConnKey, type ConnVal, connectionMap } from "../../helpers/connections.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { runOurs } from "../../helpers/run-ours.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

const COUNT = 5000;
const WHERE = 'value.packets > 100u && value.state == "ST_OPEN" && key.port % 10u == 3u';

liveSuite("queries of a reader and of the command", ["kernel", "build"], () => {
  const scratch = useScratch();
  let reader: Reader<ConnKey, ConnVal>;
  let pin = "";
  let before = 0;

  beforeAll(trackDescriptors);
  beforeEach(() => {
    before = openDescriptors().length;
    const map = scratch.own(connectionMap(COUNT));
    pin = scratch.pin(map, "conns");
    reader = scratch.own(openMap<ConnKey, ConnVal>({ pinned: pin }));
  });
  afterEach(() => {
    scratch[Symbol.dispose]();
    expect(openDescriptors()).toHaveLength(before);
  });

  const ours = async (...flags: string[]): Promise<unknown[]> => {
    const { stdout } = await runOurs(["dump", "pinned", pin, "-o", "ndjson", ...flags]);
    const lines = stdout.toString().split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  };
  const plain = (rows: readonly unknown[]): unknown[] =>
    rows.map((row) => JSON.parse(JSON.stringify(row, (_, one) => (typeof one === "bigint" ? Number(one) : one))));

  test.for([
    [{ where: WHERE }, ["--where", WHERE]],
    [{ sort: "value.packets:desc", top: 5 }, ["--sort", "value.packets:desc", "--top", "5"]],
    [{ select: "key.port,value.comm", limit: 4 }, ["--select", "key.port,value.comm", "--limit", "4"]],
    [
      { groupBy: "value.state", agg: "count(),max(value.packets)", where: WHERE },
      ["--group-by", "value.state", "--agg", "count(),max(value.packets)", "--where", WHERE],
    ],
  ] as const)("give the same rows: %j", async ([query, flags]) => {
    const rows = await reader.toReadable(query).toArray();
    expect(rows.length).toBeGreaterThan(0);
    expect(plain(rows)).toEqual(await ours(...flags));
  });

  test("leaving the loop and an error give back what was opened", async () => {
    for await (const _ of reader.entries({ where: "value.packets > 1u" })) break;
    await expect(reader.entries({ where: "value." }).next()).rejects.toThrow(
      expect.objectContaining({ code: "QUERY_INVALID" }),
    );
  });
});
