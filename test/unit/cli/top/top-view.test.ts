import { describe, expect, test } from "vitest";
import { TopView, type TopViewOptions } from "../../../../src/cli/top/top-view.ts";
import { MACHINE_MAPS, mapStats } from "../../../helpers/map-stats.ts";

const SIZE = { width: 160, height: 20, color: false };

function viewOf(changes: Partial<TopViewOptions> = {}): TopView {
  const view = new TopView({ spec: {}, interval: 1000, threshold: 90, usual: "urgency", ...changes });
  view.update(MACHINE_MAPS);
  view.lines(SIZE);
  return view;
}

const ids = (view: TopView): number[] => view.shown.map(({ info }) => info.id);
const typed = (view: TopView, text: string): void => {
  for (const char of text) view.key(char);
};

describe("order", () => {
  test("failing and nearly full maps, then the fullest that can be too full, then the others", () => {
    expect(ids(viewOf())).toEqual([42, 61, 60, 7, 55, 41, 12]);
  });

  test("stats --watch: by id, those in trouble first", () => {
    expect(ids(viewOf({ usual: "id" }))).toEqual([42, 61, 7, 12, 41, 55, 60]);
  });

  test("> goes through the columns and back to the usual order; those in trouble stay on top", () => {
    const view = viewOf();
    const orders: string[] = [];
    for (let i = 0; i < 13; i++) {
      view.key(">");
      expect(ids(view).slice(0, 2).toSorted()).toEqual([42, 61]);
      orders.push(/by (\w+)/.exec(view.lines(SIZE)[1] ?? "")?.[1] ?? "usual");
    }
    expect(orders).toEqual([
      ...["id", "name", "type", "entries", "max_entries", "ratio", "growth", "full_in", "memlock"],
      ...["when_full", "mode", "owners", "usual"],
    ]);
    view.key("<");
    expect(view.lines(SIZE)[1]).toContain("by owners");
  });

  test("s and the key of a column: its order, the same again its reverse, 0 the usual one", () => {
    const view = viewOf();
    view.key("s");
    const lines = view.lines(SIZE);
    expect(lines.slice(-2)).toEqual([
      "0 fullest first  1 id  2 name  3 type  4 entries  5 max  6 full  7 growth  8 full in  9 memory  a when full  b read  c owners",
      "sort by which column?  Escape drops it  the same again reverses",
    ]);
    expect(lines).toHaveLength(SIZE.height);
    view.key("9");
    expect([view.lines(SIZE)[1], ids(view)[2]]).toEqual([expect.stringContaining("by memlock"), 41]);
    typed(view, "s9");
    expect(ids(view).at(-1)).toBe(41);
    typed(view, "s0");
    expect(ids(view)).toEqual(ids(viewOf()));
  });

  test.each(["escape", "q", "z", "d"])("s and %s: the order stays, and the key does nothing else", (key) => {
    const view = viewOf();
    typed(view, "s9s");
    const before = ids(view);
    expect(view.key(key)).toEqual({ kind: "nothing" });
    expect(ids(view)).toEqual(before);
    expect(view.lines(SIZE).at(-1)).toMatch(/^q quit/);
  });

  test("r reverses", () => {
    const view = viewOf({ usual: "id" });
    view.key("r");
    expect(ids(view)).toEqual([61, 42, 60, 55, 41, 12, 7]);
    view.key("S");
    expect(ids(view)).toEqual([42, 61, 7, 12, 41, 55, 60]);
  });

  test("--sort holds until a key says otherwise, --top and --where too", () => {
    const spec = {
      sort: { option: "sort" as const, text: "memlock" },
      where: { option: "where" as const, text: "max_entries > 1" },
      top: 4,
    };
    const view = viewOf({ spec });
    expect(ids(view)).toEqual(
      [42, 61, 55, 60].toSorted((a, b) => [61, 42, 55, 60].indexOf(a) - [61, 42, 55, 60].indexOf(b)),
    );
    expect(view.lines(SIZE)[1]).toContain("by memlock");
    typed(view, "s0");
    expect(ids(view)).toEqual([42, 61, 60, 7]);
  });
});

describe("the selection", () => {
  test("stays on its map wherever that goes", () => {
    const view = viewOf();
    view.key("j");
    view.key("j");
    expect(view.key("enter")).toEqual({ kind: "watch", id: 60 });
    view.update([...MACHINE_MAPS, mapStats({ info: { id: 99 }, occupancy: { entries: 100 } })]);
    expect(view.key("i")).toEqual({ kind: "info", id: 60 });
    expect(view.key("e")).toEqual({ kind: "exact", id: 60 });
  });

  test("on the first line stays there", () => {
    const view = viewOf();
    view.update([...MACHINE_MAPS, mapStats({ info: { id: 3 }, occupancy: { entries: 100 } })]);
    expect(ids(view)[0]).toBe(3);
    expect(view.key("enter")).toEqual({ kind: "watch", id: 3 });
  });

  test("is none without maps", () => {
    const view = viewOf();
    view.update([]);
    expect(view.key("enter")).toEqual({ kind: "nothing" });
  });

  test("scrolls: the part that is seen follows it", () => {
    const view = viewOf();
    const small = { ...SIZE, height: 7 };
    view.key("G");
    expect(
      view
        .lines(small)
        .slice(3, 6)
        .map((line) => Number.parseInt(line, 10)),
    ).toEqual([55, 41, 12]);
    view.key("g");
    expect(
      view
        .lines(small)
        .slice(3, 6)
        .map((line) => Number.parseInt(line, 10)),
    ).toEqual([42, 61, 60]);
  });
});

describe("the filter", () => {
  test("keeps maps by their columns; Tab completes the names", () => {
    const view = viewOf();
    view.key("/");
    typed(view, "rat");
    view.key("tab");
    typed(view, " > 0.5 && type == 'hash'");
    view.key("enter");
    expect(ids(view)).toEqual([42]);
    expect(view.lines(SIZE)[1]).toContain("where ratio > 0.5 && type == 'hash'");
  });

  test("a wrong one stays, with the reason, until Escape", () => {
    const view = viewOf();
    view.key("/");
    typed(view, "rato > 1");
    view.key("enter");
    const lines = view.lines(SIZE);
    expect(lines.join("\n")).toContain("no column `rato`; did you mean `ratio`?");
    expect(lines.at(-1)).toBe("filter (CEL on columns): rato > 1_");
    view.key("escape");
    expect(view.lines(SIZE).at(-1)).toMatch(/^q quit/);
    expect(ids(view)).toHaveLength(7);
  });

  test("an empty one keeps all; up brings back the last one", () => {
    const view = viewOf();
    view.key("/");
    typed(view, "id == 7");
    view.key("enter");
    expect(ids(view)).toEqual([7]);
    view.key("/");
    view.key("ctrl-u");
    view.key("enter");
    expect(ids(view)).toHaveLength(7);
    view.key("/");
    view.key("up");
    view.key("enter");
    expect(ids(view)).toEqual([7]);
  });
});

test("keys of the loop", () => {
  const view = viewOf();
  const kinds = ["q", "escape", "?", "p", "p", "+", "-", "x"].map((key) => view.key(key).kind);
  expect(kinds).toEqual(["quit", "back", "help", "nothing", "measure", "interval", "interval", "nothing"]);
});

test("an exact count takes the place of the estimate, and keeps the growth", () => {
  const view = viewOf();
  view.replace(mapStats({ info: { id: 7, maxEntries: 65_536 }, occupancy: { entries: 12_001 } }));
  expect(view.shown.find(({ info }) => info.id === 7)).toMatchObject({
    occupancy: { entries: 12_001 },
    growth: { perSecond: 101.25 },
  });
});
