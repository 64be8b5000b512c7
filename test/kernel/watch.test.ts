import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { deleteElement, openPinnedMap, runProgram, updateElement } from "../helpers/bpf.ts";
import { run } from "../helpers/bpftools.ts";
import { waitFor } from "../helpers/compare.ts";
import { loadObject } from "../helpers/objects.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { TerminalSession } from "../helpers/terminal-session.ts";
import type { Tmux } from "../helpers/tmux.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();
const COMMAND = repositoryPath("bin", "ebpf-map.js");

liveSuite("watch a program that counts", ["kernel", "bpftools", "clang", "libbpf", "build"], () => {
  const scratch = useScratch();
  let id = "";
  let program: Fd;

  /** Counts so many times. */
  const count = (times: number): void => {
    for (let i = 0; i < times; i++) runProgram(program);
  };

  beforeEach(async () => {
    const [map = ""] = await loadObject(scratch, "counting");
    using open = openPinnedMap(map);
    id = String(kernel.mapInfo(open).id);
    program = scratch.own(openPinnedMap(join(scratch.pins, "counting_programs", "count")));
    count(1);
  });

  test("into a pipe: what each run counted, as it happens", async () => {
    const child = spawn(process.execPath, [COMMAND, "watch", "id", id, "--interval", "50ms"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    scratch.own({ [Symbol.dispose]: () => child.kill("SIGKILL") });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk;
    });
    const lines = (number: number): Promise<Record<string, unknown>[]> =>
      waitFor(`${number} lines`, async () => {
        const all = text.split("\n").slice(0, -1);
        return all.length >= number ? all.map((line) => JSON.parse(line)) : undefined;
      });
    expect((await lines(2)).map(({ initial }) => initial)).toEqual([true, true]);
    count(1);
    const [, , first] = await lines(3);
    expect(first).toMatchObject({
      event: "changed",
      key: { port: 443, zone: 0 },
      value: { packets: 1, bytes: 100, mode: "MODE_BUSY", comm: "nginx" },
      previous: { packets: 0, bytes: 0, mode: "MODE_IDLE", comm: "nginx" },
      delta: { packets: 1, bytes: 100 },
    });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(143);
  });

  test("the map goes with its program and pins, for watching doesn't hold it", async () => {
    const child = spawn(process.execPath, [COMMAND, "watch", "id", id, "--interval", "50ms"], { stdio: "pipe" });
    scratch.own({ [Symbol.dispose]: () => child.kill("SIGKILL") });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk;
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const ended = new Promise((resolve) => child.on("exit", resolve));
    program.close();
    for (const name of ["counting_programs", "counting_maps"]) rmSync(join(scratch.pins, name), { recursive: true });
    expect(await ended).toBe(0);
    expect(said).toBe(`Note: map id ${id} (counting) is gone\n`);
  });
});

liveSuite("watch on a terminal", ["kernel", "bpftools", "clang", "libbpf", "build", "tmux"], () => {
  const scratch = useScratch();
  let id = "";
  let program: Fd;
  let tmux: Tmux;
  let session: TerminalSession;
  const count = (times: number): void => {
    for (let i = 0; i < times; i++) runProgram(program);
  };

  const screen = (...texts: readonly (string | RegExp)[]): Promise<string> => session.screen(...texts);
  const start = (more: string): void => session.start(`watch id ${id} ${more}`);
  const expectEnd = (status: number): Promise<string> => session.expectEnd(status);
  /** Reads the map now: what one read shows stays on the screen until the next. */
  const readNow = async (): Promise<void> => {
    tmux.press("p");
    await screen("PAUSED");
    tmux.press("p");
  };

  beforeEach(async () => {
    const [map = ""] = await loadObject(scratch, "counting");
    using open = openPinnedMap(map);
    id = String(kernel.mapInfo(open).id);
    program = scratch.own(openPinnedMap(join(scratch.pins, "counting_programs", "count")));
    count(1);
    session = await TerminalSession.open(scratch, { width: 100, height: 16 });
    tmux = session.tmux;
  });

  test("rows, rates, order, filter, interval, pause, resize and q", async () => {
    start("--interval 30s");
    await screen(`map id ${id} (counting)  hash  2/64 entries`, "q quit", "nginx");
    count(21);
    await readNow();
    await screen(/^ +port +zone +packets +Δ +packets\/s +last 8 +bytes/m, /packets\/s [▁-█]/, / 443 .* +█ /);
    tmux.press("s");
    await screen("0 changed last, fastest first  1 port  2 zone  3 packets  4 packets Δ", "sort by which column?");
    tmux.press("3");
    await screen("by value.packets ↓", / 443 +0 +21 .*\n. +80 +0 +10 /);
    tmux.press("r");
    await screen("by value.packets ↑", / 80 +0 +10 .*\n. +443 +0 +21 /);
    tmux.press("<", "<");
    await screen("by key.port ↑");
    tmux.press("+");
    await screen("every 1m");
    tmux.press("-", "-");
    await screen("every 10s");
    tmux.press("/");
    await screen("filter (CEL): _");
    tmux.press("-l", "key.prt == 80");
    tmux.press("Enter");
    await screen("no field `prt` in `struct counter_key`; did you mean `port`?", "      ^^^");
    tmux.press("C-u");
    tmux.press("-l", "key.port == 80");
    tmux.press("Enter");
    expect(await screen("where key.port == 80", "1/64 entries")).not.toContain(" 443 ");
    tmux.press("p");
    await screen("PAUSED");
    count(2);
    tmux.resize(40, 10);
    await screen("PAUSED", /^no room: .*\n +port +zone .*\n +80 +0 +10.*$/m, /^q quit/m);
    tmux.press("p");
    await screen(/^. +80 +0 +11/m);
    tmux.press("q");
    await expectEnd(0);
  });

  test("a filter that keeps nothing says why", async () => {
    start("--interval 100ms --render key.port=port --where 'key.port == 47873'");
    await screen("0/64 entries", "did you mean `key.port == htons(47873)`?");
    tmux.press("/", "C-u");
    tmux.press("-l", "key.port == htons(47873)");
    tmux.press("Enter");
    expect(await screen("1/64 entries", " 47873 ")).not.toContain("did you mean");
    tmux.press("q");
    await expectEnd(0);
  });

  test("entries that come and go are marked for one read, in colours", async () => {
    using map = openPinnedMap(join(scratch.pins, "counting_maps", "counting"));
    const key = Uint8Array.of(53, 0, 1, 0);
    start("--interval 1h --sort value.packets.rate:desc --top 3");
    await screen("by value.packets.rate ↓", " 443 ");
    updateElement(map, key, new Uint8Array(40));
    await readNow();
    await session.painted("\x1b[32m+");
    await readNow();
    await screen(/^ +53 +1 +0 /m);
    deleteElement(map, key);
    await readNow();
    await session.painted("\x1b[31m-");
    await readNow();
    await screen("2/64 entries", /^(?![\s\S]* 53 )/);
    count(2);
    await readNow();
    await session.painted("\x1b[35m~");
    tmux.press("C-c");
    await expectEnd(130);
  });

  test("a map in which nothing happens says so", async () => {
    start("--interval 1h");
    await screen("q quit", "nginx", /^batch read in/m);
    for (let still = 0; still < 2; still++) await readNow();
    await screen(/^nothing changes since 2h/m, "nginx");
    count(2);
    await readNow();
    await screen(/^~ +443 /m, /^batch read in/m);
    for (let still = 0; still < 2; still++) await readNow();
    await screen(/^nothing changes since 2h/m);
    tmux.press("q");
    await expectEnd(0);
  });

  test("--no-initial shows entries once they have changed", async () => {
    using map = openPinnedMap(join(scratch.pins, "counting_maps", "counting"));
    start("--interval 50ms --no-initial");
    await screen("nothing has changed yet", "2/64 entries");
    const value = new Uint8Array(40);
    value[0] = 9;
    updateElement(map, Uint8Array.of(80, 0, 0, 0), value);
    expect(await screen(/^. +80 +0 +9 /m)).not.toContain(" 443 ");
    tmux.press("q");
    await expectEnd(0);
  });

  test("the selected entry stays selected, wherever it goes", async () => {
    using map = openPinnedMap(join(scratch.pins, "counting_maps", "counting"));
    count(21);
    start("--interval 100ms --sort value.packets:desc");
    await screen(/ 443 +0 +21 .*\n. +80 +0 +10 /);
    tmux.press("Down");
    const value = new Uint8Array(40);
    value[1] = 1;
    updateElement(map, Uint8Array.of(80, 0, 0, 0), value);
    await screen(/ 80 +0 +256 .*\n. +443 +0 +21 /);
    tmux.press("Enter");
    await screen("an entry", /^key\.port +80$/m);
    tmux.press("q", "q");
    await expectEnd(0);
  });

  test.for([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s gives the terminal back", async ([signal, status]) => {
    start("");
    await screen("q quit", "nginx");
    expect(tmux.isAlternate()).toBe(true);
    process.kill(tmux.child("node"), signal);
    await expectEnd(status);
  });

  test("so does a map that goes away", async () => {
    start("--interval 100ms");
    await screen("q quit", "nginx");
    program.close();
    for (const name of ["counting_programs", "counting_maps"]) rmSync(join(scratch.pins, name), { recursive: true });
    expect(await expectEnd(0)).toContain(`Note: map id ${id} (counting) is gone\n`);
  });

  test("and an error in the middle of it", async () => {
    const file = join(scratch.folder, "counting.ndjson");
    const saved = await run(process.execPath, [COMMAND, "save", "id", id, file]);
    expect(saved.status).toBe(0);
    tmux.run(`${process.execPath} ${COMMAND} watch file ${file} --interval 100ms; echo status $?`);
    await screen("q quit", "nginx", "snapshot read");
    writeFileSync(file, readFileSync(file, "utf8").replace('"value":"00', '"value":"01'));
    expect(await expectEnd(255)).toContain("Error: ");
  });

  test("stats --watch: growth, and when the map will be full", async () => {
    using map = openPinnedMap(join(scratch.pins, "counting_maps", "counting"));
    tmux.resize(140, 8);
    tmux.run(`${process.execPath} ${COMMAND} stats id ${id} --watch --interval 200ms; echo status $?`);
    await screen("counting", "3.1%", "q quit");
    for (let port = 1; port <= 8; port++) updateElement(map, Uint8Array.of(port, 0, 0, 0), new Uint8Array(40));
    await screen("15.6%", /growth +full in/, /\+[\d.]+\/s +\d+s/);
    tmux.press("q");
    await expectEnd(0);
  });

  test("a window of 20 columns", async () => {
    tmux.resize(20, 8);
    start("");
    const shown = await screen("map id", "q quit", / port/);
    for (const line of shown.split("\n")) expect(line.length).toBeLessThanOrEqual(20);
    tmux.press("q");
    await screen("prompt>");
  });
});
