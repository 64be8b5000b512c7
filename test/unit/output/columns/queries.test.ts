import { describe, expect, test } from "vitest";
import { columnsAsJson } from "../../../helpers/columns-as-json.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

describe("a query gives columns what it gives lines of JSON", () => {
  test.for([
    ["conns", 3, ""],
    ["conns", 2, "--limit 2"],
    ["conns", 1, "--where value.packets==7u"],
    ["conns", 0, "--where value.packets==8u"],
    ["conns", 3, "--select key.saddr,value.comm,value.st,value.zone,value.slots[3],entry.index"],
    ["conns", 3, "--select value.slots,key"],
    ["conns", 3, "--sort value.packets:desc"],
    ["conns", 2, "--sort value.comm --top 2"],
    ["conns", 2, "--group-by key.proto --agg count(),sum(value.packets),max(value.delta),avg(value.bytes)"],
    ["conns", 3, "--group-by value.st,value.comm --agg sum(value.zone),min(value.zone),max(value.load)"],
    ["conns", 3, "--enums number"],
    ["conns", 3, "--enums both"],
    ["hits", 3, ""],
    ["hits", 3, "--per-cpu each"],
    ["hits", 3, "--per-cpu any"],
    ["hits", 3, "--where value.packets>1u"],
    ["hits", 3, "--per-cpu sum"],
    ["hits", 3, "--per-cpu avg"],
    ["hits", 3, "--per-cpu max"],
    ["hits", 6, "--select key,cpu,value.packets,value.who"],
    ["hits", 6, "--sort value.packets"],
    ["hits", 2, "--group-by cpu --agg sum(value.packets),count()"],
    ["latency", 1, ""],
    ["counts", 4, ""],
    ["bare", 1, ""],
    ["bytes", 1, ""],
  ] as const)("%s, %i rows: %s", async ([name, rows, flags]) => {
    const words = ["dump", "name", name, "--no-render", ...flags.split(" ").filter((word) => word !== "")];
    const compared = await columnsAsJson(words, scratch.folder, new QueryKernel());
    expect(compared).toEqual({ statuses: [0, 0, 0], rows, different: [] });
  });
});
