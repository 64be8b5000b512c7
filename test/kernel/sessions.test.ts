import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, openPinnedMap, runProgram } from "../helpers/bpf.ts";
import { expectGoldenScreen } from "../helpers/golden-screen.ts";
import { loadObject } from "../helpers/objects.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { TerminalSession } from "../helpers/terminal-session.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();
type MapName = "tr_flows" | "tr_limits" | "tr_latency" | "tr_percpu";

// What a person does who has never seen the program, in a terminal, with a program that counts packets.
liveSuite("ten jobs in a terminal", ["kernel", "bpftools", "clang", "libbpf", "build", "tmux"], () => {
  const scratch = useScratch();
  let session: TerminalSession;
  let program: Fd;
  let ids: Record<MapName, number>;
  /** Has so many packets come in. */
  const traffic = (ticks: number): void => {
    for (let i = 0; i < ticks; i++) runProgram(program);
  };
  const golden = (screen: string, name: string): Promise<void> =>
    expectGoldenScreen(screen, `job-${name}`, Object.values(ids));
  /** Makes a screen read the map now. */
  const readNow = async (): Promise<void> => {
    session.press("p");
    await session.screen("PAUSED");
    session.press("p");
  };

  beforeEach(async () => {
    await loadObject(scratch, "traffic");
    const idOf = (name: MapName): number => {
      using map = openPinnedMap(join(scratch.pins, "traffic_maps", name));
      return kernel.mapInfo(map).id;
    };
    ids = {
      tr_flows: idOf("tr_flows"),
      tr_limits: idOf("tr_limits"),
      tr_latency: idOf("tr_latency"),
      tr_percpu: idOf("tr_percpu"),
    };
    program = scratch.own(openPinnedMap(join(scratch.pins, "traffic_programs", "pass")));
    traffic(950);
    session = await TerminalSession.open(scratch, { width: 120, height: 20 });
  });

  const words = (): string =>
    Object.values(ids)
      .map((id) => `id ${id}`)
      .join(" ");

  test("1: which map is nearly full, and when will it be", async () => {
    // All columns have room, whatever digits ids have.
    session = await TerminalSession.open(scratch, { width: 180, height: 20 });
    session.start(`top ${words()} --interval 1h`);
    await session.screen("tr_limits", "95.0%", "q quit");
    traffic(20);
    await readNow();
    const shown = await session.drawn(/tr_limits +hash +970 +1000 +97\.0% .*\+[\d.]+\/s +\d/);
    await golden(shown.replace(/(\+[\d.]+\/s) +(?:\d+[smhd] ?)+/, "$1  T"), "1-full");
  });

  test("2: what is in it: from the list into the map and back", async () => {
    session.start(`top ${words()} --interval 1h`);
    await session.screen("tr_limits", "q quit");
    session.press("Enter");
    await session.screen(`map id ${ids.tr_limits} (tr_limits)`, "950/1,000 entries");
    session.press("G");
    await session.screen(/(?:^. +\d+ +1$\n){3}/m);
    session.press("Escape");
    await session.screen("4 maps", "tr_limits");
    session.press("i");
    const info = await session.drawn("max_entries 1000", "q or Escape back");
    // Not every machine has processes that can't be inspected.
    const lines = info.split("\n").filter((line) => !line.startsWith("there may be more: "));
    await golden(lines.join("\n").replace(/\n{3,}/g, "\n\n"), "2-info");
  });

  test("3: who uses it", async () => {
    session.start(`stats id ${ids.tr_limits} id ${ids.tr_flows} --owners`);
    const shown = await session.screen("tr_limits", "status 0");
    expect(shown).toMatch(/owners\n[\s\S]*tr_limits/);
    expect(shown).toContain("pass");
  });

  test("4: top talkers, as they talk", async () => {
    session.start(`watch id ${ids.tr_flows} --interval 1h --select key.saddr,key.dport,value.packets,value.bytes`);
    await session.screen("24/256 entries");
    traffic(10);
    await readNow();
    await golden(await session.drawn(/~ +10\.77\.0\.1[01]9 .*\+90/, "24/256 entries"), "4-talkers");
  });

  test("5: by port", async () => {
    session.start(`watch id ${ids.tr_flows} --interval 1h --group-by key.dport --agg 'sum(value.packets),count()'`);
    await session.screen("2 groups of 24 entries");
    traffic(10);
    await readNow();
    await golden(await session.drawn(/~ +443 .*\+/), "5-ports");
  });

  test("6: per CPU, added up", async () => {
    session.start(`watch id ${ids.tr_percpu} --interval 1h --per-cpu sum`);
    await session.screen("3/3 entries");
    traffic(10);
    await readNow();
    await golden(await session.drawn(/~ +0 .*\+340/), "6-cpus");
  });

  test("6b: a histogram, and what came in since the last read", async () => {
    session.start(`watch id ${ids.tr_latency} --interval 1h -o hist`);
    await session.screen("all counts, every 1h", /2 -> 3 +\d+ +\|█/);
    session.press("d");
    await session.screen("counts since the last read");
    traffic(10);
    await readNow();
    await golden(await session.drawn(/0 -> 1 340 \|█+\|/), "6b-histogram");
    session.press("q");
    await session.expectEnd(0);
  });

  test("7: an entry whole, and the command that looks it up", async () => {
    session.start(`watch id ${ids.tr_flows} --interval 1h --where 'key.dport == htons(443) && value.pid == 4001'`);
    await session.screen("10.77.0.101", "1/256 entries");
    session.press("Enter");
    await golden(await session.drawn("an entry", "10.77.0.101", "nginx"), "7-entry");
    session.tmux.allowClipboard();
    session.press("q", "c");
    const key = '{"saddr":"10.77.0.101","daddr":"192.168.254.1","sport":40001,"dport":443,"proto":6}';
    await session.screen("ebpf-map lookup id", "key.dport=port");
    session.press("q");
    await session.expectEnd(0);
    const command = session.tmux.clipboard();
    expect(command).toBe(`ebpf-map lookup id ${ids.tr_flows} --key '${key}' --render key.sport=port,key.dport=port`);
    session.start(command.replace("ebpf-map ", ""));
    await session.screen("4001", "status 0");
  });

  test("8: a filter, with the names of fields completed and the mistake shown", async () => {
    session.start(`watch id ${ids.tr_flows} --interval 1h`);
    await session.screen("24/256 entries");
    session.press("/");
    session.type("key.dp");
    session.press("Tab");
    session.type(" == 443");
    session.press("Enter");
    await golden(await session.drawn("did you mean `key.dport == htons(443)`?"), "8-mistake");
    session.press("/", "C-u");
    session.type("key.dport == htons(443)");
    session.press("Enter");
    await session.screen("12/256 entries", "where key.dport == htons(443)");
  });

  test("9: what has happened since", async () => {
    const file = join(scratch.folder, "before.ndjson.gz");
    session.start(`save id ${ids.tr_flows} ${file}`);
    await session.screen("status 0");
    traffic(10);
    session.tmux.run("clear");
    session.start(`diff ${file} id ${ids.tr_flows} --select value.packets --sort value.packets.delta:desc --top 5`);
    const shown = await session.screen("   saddr", "21 changed, 3 the same", "status 1");
    await golden(shown.slice(shown.indexOf("   saddr"), shown.lastIndexOf("status")), "9-since");
  });

  test("10: what was left behind", async () => {
    const orphan = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 8, name: "tr_orphan" }));
    const { id } = kernel.mapInfo(orphan);
    scratch.pin(orphan, "tr_orphan");
    orphan.close();
    session.start(`stats id ${id} id ${ids.tr_flows} --where orphaned`);
    const shown = await session.screen("tr_orphan", "status 0");
    expect(shown).not.toContain("tr_flows");
    await expectGoldenScreen(shown.slice(shown.indexOf("id  name")), "job-10-orphaned", [id]);
  });
});
