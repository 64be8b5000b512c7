import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { TerminalSession } from "../helpers/terminal-session.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();

liveSuite("top on a terminal", ["kernel", "build", "tmux"], () => {
  const scratch = useScratch();
  let session: TerminalSession;
  let maps: Record<"full" | "growing" | "idle", Fd>;
  let ids: Record<"full" | "growing" | "idle", number>;

  /** The words that name the three maps. */
  const words = (): string =>
    Object.values(ids)
      .map((id) => `id ${id}`)
      .join(" ");

  const put = (map: Fd, from: number, to: number): void => {
    for (let i = from; i < to; i++) updateElement(map, Uint8Array.of(i, 0, 0, 0), new Uint8Array(8));
  };

  beforeEach(async () => {
    const make = (name: string, maxEntries: number): Fd =>
      scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries, name }));
    maps = { full: make("top_full", 4), growing: make("top_growing", 200), idle: make("top_idle", 64) };
    const idOf = (map: Fd): number => kernel.mapInfo(map).id;
    ids = { full: idOf(maps.full), growing: idOf(maps.growing), idle: idOf(maps.idle) };
    put(maps.full, 0, 4);
    put(maps.growing, 0, 10);
    session = await TerminalSession.open(scratch, { width: 120, height: 16 });
  });

  test("the full map first and red, growth, and when it will be full", async () => {
    session.start(`top ${words()} --interval 100ms`);
    const first = await session.screen("ebpf-map top", "3 maps", "1 failing or ≥90% full", "q quit");
    expect(first).toMatch(/top_full[\s\S]*top_growing[\s\S]*top_idle/);
    // tmux gives the colours in an order of its own: the row of the full map is selected, and red.
    expect(session.tmux.screen(true)).toContain(`\x1b[7m\x1b[31m${ids.full}  top_full `);
    put(maps.growing, 10, 60);
    await session.screen(/top_growing +hash +60 +200 +30\.0% .*\+[\d.]+\/s +\d+s/);
    session.press("q");
    await session.expectEnd(0);
  });

  test("keys: order, filter with completion, info, help, watch and back", async () => {
    session.start(`top ${words()} --interval 100ms`);
    await session.screen("top_idle", "q quit");
    session.press("s");
    await session.screen("0 fullest first  1 id  2 name", "sort by which column?");
    session.press("1");
    await session.screen("by id", "id↑");
    session.press("s", "1");
    await session.screen("id↓");
    session.press("/");
    session.type("entr");
    session.press("Tab");
    session.type(" == 10");
    session.press("Enter");
    expect(await session.screen("1 of 3 maps", "where entries == 10")).not.toContain("top_idle");
    session.press("i");
    await session.screen(`map id ${ids.growing}`, "key 4B  value 8B  max_entries 200", "keys and values are bytes");
    await session.screen(/^process .+\(\d+\) holds the map$/m);
    session.press("Escape");
    await session.screen("1 of 3 maps");
    session.press("?");
    await session.screen("ebpf-map top: keys", "suspend");
    session.press("q");
    await session.screen("1 of 3 maps");
    session.press("Enter");
    await session.screen(`map id ${ids.growing} (top_growing)`, "10/200 entries");
    session.press("Escape");
    await session.screen("1 of 3 maps", "q quit");
    session.press("/", "C-u", "Enter");
    await session.screen("  3 maps");
    session.press("q");
    await session.expectEnd(0);
  });

  test("a narrower window, and more maps than lines", async () => {
    session.start(`top ${words()} --interval 100ms`);
    await session.screen("top_idle", "q quit");
    session.tmux.resize(60, 6);
    const narrow = await session.screen(/no room: .*\+\d/, "top_full", /^q quit/m);
    expect(narrow).not.toContain("top_idle");
    for (const line of narrow.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    session.press("G");
    expect(await session.screen("top_idle")).not.toContain("top_full");
    session.press("q");
    await session.expectEnd(0);
  });

  test("the mouse wheel scrolls: as arrow keys, which the terminal is asked for, and as reports", async () => {
    const written = join(scratch.folder, "written");
    session.tmux.record(written);
    session.start(`top ${words()} --interval 1h`);
    await session.screen("top_idle", "q quit");
    const selected = (name: string): RegExp => new RegExp(`\\x1b\\[7m[^\\n]*top_${name}`);
    await session.painted(selected("full"));
    // A terminal in mode 1007 makes three arrow keys of a turn, which many send as ESC O B.
    session.type("\x1bOB\x1bOB");
    await session.painted(selected("idle"));
    session.type("\x1bOA");
    await session.painted(selected("growing"));
    session.type("\x1b[<64;5;5M");
    await session.painted(selected("full"));
    session.type("\x1b[<65;5;5M");
    await session.painted(selected("idle"));
    session.press("q");
    await session.expectEnd(0);
    const bytes = readFileSync(written, "latin1");
    expect(bytes.split("\x1b[?1007h")).toHaveLength(2);
    expect(bytes.indexOf("\x1b[?1007l")).toBeGreaterThan(bytes.indexOf("\x1b[?1007h"));
  });

  test("Ctrl-Z gives the terminal back, fg draws anew", async () => {
    session.start(`top ${words()}`);
    await session.screen("top_idle", "q quit");
    session.press("C-z");
    await session.screen(/Stopped|Suspended/, "prompt>");
    await session.expectRestored();
    session.tmux.run("fg");
    await session.screen("ebpf-map top", "top_idle", "q quit");
    expect(session.tmux.isAlternate()).toBe(true);
    session.press("C-c");
    // The shell went on with what stood behind the program when it was stopped, so it tells no status now.
    await session.screen("prompt>");
    await session.expectRestored();
  });

  test("lines where there is no screen", async () => {
    session.start(`top ${words()} --interval 50ms --count 2`, "TERM=dumb");
    const shown = await session.screen("status 0");
    expect(shown).toMatch(/^\d\d:\d\d:\d\d\n +id +name/m);
    expect(shown.match(/top_full/g)).toHaveLength(2);
    expect(session.tmux.isAlternate()).toBe(false);
  });

  test("a map that goes away goes from the list", async () => {
    session.start("top --interval 100ms --where 'name.startsWith(\"top_\")'");
    await session.screen("top_idle", "top_full");
    maps.full.close();
    expect(await session.screen(/^(?![\s\S]*top_full)[\s\S]*top_idle/)).toContain("q quit");
    session.press("q");
    await session.expectEnd(0);
  });

  test.for([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s gives the terminal back", async ([signal, status]) => {
    session.start(`top ${words()}`);
    await session.screen("q quit", "top_idle");
    process.kill(session.tmux.child("node"), signal);
    await session.expectEnd(status);
  });
});
