import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { byUrgency } from "../../../../src/output/stats/stats-order.ts";
import { type TopState, topLines } from "../../../../src/output/stats/top-screen.ts";
import { displayWidth } from "../../../../src/output/terminal/visible.ts";
import { MACHINE_MAPS, mapStats } from "../../../helpers/map-stats.ts";
import { repositoryPath } from "../../../helpers/repository.ts";

const MAPS = [...MACHINE_MAPS].sort(byUrgency(90));

const STATE: TopState = {
  maps: MAPS,
  total: MAPS.length,
  troubled: 2,
  fit: () => ({ first: 0, row: 2 }),
  time: "03:00:00",
  interval: 1000,
  took: 12.25,
  isPaused: false,
  sort: undefined,
  order: undefined,
  filter: undefined,
  threshold: 90,
  prompt: undefined,
  choices: undefined,
  message: undefined,
};

function screen(width: number, changes: Partial<TopState> = {}, height = 14, color = false): string[] {
  return topLines({ ...STATE, ...changes }, { width, height, color });
}

test.each([60, 80, 120, 200])("%i columns", async (width) => {
  const lines = screen(width);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  const text = `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
  await expect(text).toMatchFileSnapshot(repositoryPath("golden", "screens", `top-${width}.txt`));
});

test.each([
  [1, 1],
  [3, 40],
  [20, 3],
  [200, 5],
])("fits %i columns and %i lines", (width, height) => {
  const lines = screen(width, { message: "a\nb\nc", prompt: "x".repeat(300) }, height);
  expect(lines).toHaveLength(height);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
});

test("ids, shares and growth are never cut, and so are names that the kernel takes", () => {
  for (let width = 60; width <= 200; width++) {
    const text = screen(width).join("\n");
    for (const whole of ["\n42  ", "97.5%", "≈52.1% ±0.4", "+12.5/s", "ct_any4_global", "EPERM"])
      expect(text).toContain(whole);
  }
});

describe("colours", () => {
  const lines = screen(120, {}, 14, true);

  test("a map in trouble is red and bold, for those who don't see red", () => {
    expect(
      lines.filter((line) => line.includes("\x1b[31m")).map((line) => /\d+/.exec(stripVTControlCharacters(line))?.[0]),
    ).toEqual(["42", "61"]);
    for (const line of lines.filter((one) => one.includes("\x1b[31m"))) expect(line).toContain("\x1b[1m");
  });

  test("the selected map is reversed over the whole line", () => {
    const selected = lines.filter((line) => line.includes("\x1b[7m"));
    expect(selected).toHaveLength(1);
    expect(displayWidth(stripVTControlCharacters(selected[0] ?? ""))).toBe(120);
  });

  test("there is no yellow and no white, which can't be read on white", () => {
    for (const code of [33, 37, 93, 97]) expect(lines.join("")).not.toContain(`\x1b[${code}m`);
  });
});

test("says what is out of the ordinary", () => {
  const sort = { fact: "memlock", isDescending: true };
  const [title, status, head] = screen(200, {
    isPaused: true,
    filter: "ratio > 0.1",
    sort,
    order: "memlock",
    total: 40,
  });
  expect(title).toBe("ebpf-map top  03:00:00  7 of 40 maps  2 failing or ≥90% full  fullest 97.5%");
  expect(status).toBe("PAUSED  measured in 12 ms, every 1s  by memlock  where ratio > 0.1");
  expect(head).toContain("memory↓");
});

test("columns without room are named, behind the state or below it", () => {
  expect(screen(200)[1]).toBe("measured in 12 ms, every 1s  fullest first");
  expect(screen(120)[1]).toMatch(/ {2}no room: [a-z, ]+$/);
  expect(screen(60).slice(1, 3)).toEqual([
    "measured in 12 ms, every 1s  fullest first",
    "no room: owners, entries, memory, type, max, when full, read",
  ]);
  expect(screen(40)[2]).toBe("no room: growth, full in, owners, +6");
  // A low screen has no line for them.
  expect(screen(60, {}, 6)[1]).toBe("fullest first  no room: owners, entries, memory, type, +3");
});

test("one map", () => {
  expect(screen(80, { maps: MAPS.slice(0, 1), total: 1 })[0]).toContain("  1 map  ");
  expect(screen(80, { maps: MAPS.slice(0, 1), total: 7 })[0]).toContain("  1 of 7 maps  ");
});

test("keys without room are left out as a whole", () => {
  expect(screen(60).at(-1)).toBe("q quit  ? keys  Enter watch  i info  s sort  / filter");
  expect(screen(12).at(-1)).toBe("q quit");
});

test("never sends what a terminal would obey", () => {
  const hostile = "\x1b]0;x\x07\x9b2J\n";
  const maps = [mapStats({ info: { name: hostile }, owner: { name: hostile, text: hostile, isOrphaned: false } })];
  const text = screen(200, { maps, filter: hostile, prompt: hostile, message: hostile }).join("");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
});

test("no maps at all", () => {
  expect(screen(80, { maps: [], total: 0, troubled: 0 }, 5)).toEqual([
    "ebpf-map top  03:00:00  0 maps",
    "measured in 12 ms, every 1s  fullest first",
    "",
    "no maps",
    "q quit  ? keys  Enter watch  i info  s sort  / filter  e exact",
  ]);
});
