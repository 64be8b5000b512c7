import { expect, test } from "vitest";
import { fakeObjects, fakeProgram } from "../../../../helpers/fake-objects.ts";
import { type Around, type MainRun, runMain } from "../../run-main.ts";

/** Two programs use map 7; nothing uses the others. */
const OBJECTS = fakeObjects({
  programs: [
    fakeProgram(1, { name: "count", type: 1, mapIds: [7] }),
    fakeProgram(2, { name: "on_switch", type: 17, mapIds: [7] }),
  ],
  links: [
    {
      id: 5,
      programId: 2,
      target: { kind: "raw_tracepoint", name: "sched_switch", offset: 0n },
    },
  ],
});

async function list(line: string, around: Around = {}): Promise<MainRun> {
  return await runMain(["list", ...line.split(" ")], { objects: OBJECTS, ...around });
}

async function rows(line: string, around: Around = {}): Promise<unknown[]> {
  const { stdout, status } = await list(line, around);
  expect(status).toBe(0);
  return stdout === ""
    ? []
    : stdout
        .trimEnd()
        .split("\n")
        .map((row): unknown => JSON.parse(row));
}

test("owners: programs with their places, in lines of JSON", async () => {
  const [conns, twin] = await rows("--owners");
  expect(conns).toMatchObject({
    id: 7,
    owner: "count",
    orphaned: false,
    programs: [
      { id: 1, name: "count", type: "socket_filter", relation: "uses", attached: null },
      {
        id: 2,
        name: "on_switch",
        relation: "uses",
        attached: [{ kind: "raw_tracepoint", target: "sched_switch", link: 5 }],
      },
    ],
    processes: [],
  });
  expect(twin).toMatchObject({ id: 8, owner: "", programs: [], outer_maps: [] });
});

test("conditions, orders and columns of owners look for them without --owners", async () => {
  expect(await rows("--where owner=='count' --select id,owners")).toEqual([
    { id: 7, owners: "count, on_switch [raw_tracepoint sched_switch]" },
  ]);
  expect(await rows("--where size(programs)==0 --select id --sort id:desc")).toEqual([
    { id: 10 },
    { id: 9 },
    { id: 8 },
  ]);
  expect(await rows("--select id,programs --sort programs:desc --top 1")).toEqual([
    { id: 7, programs: expect.arrayContaining([expect.objectContaining({ name: "count" })]) },
  ]);
});

test("without a word of owners, none are looked for", async () => {
  const objects = fakeObjects({ refused: ["ids", "program", "link", "attachedTo", "interfacePrograms"] });
  const { stdout, stderr } = await list("--sort memlock", { objects });
  expect(stderr).toBe("");
  expect(stdout).not.toContain("owner");
  expect((await list("--owners", { objects })).stderr).toContain("Warning: owners may be missing: ids: operation not");
});

test("types, bare names and patterns choose maps", async () => {
  expect(await rows("--type queue --select id")).toEqual([{ id: 10 }]);
  expect(await rows("--type hash,queue --select id --sort id:desc --top 2")).toEqual([{ id: 10 }, { id: 9 }]);
  expect(await rows("tw* --select id")).toEqual([{ id: 8 }, { id: 9 }]);
  expect(await rows("7 --select name")).toEqual([{ name: "conns" }]);
});

test("formats: a table on a terminal, JSON with -j, and those of -o", async () => {
  const table = await list("7 --select id,name,memlock", { isTerminal: true, columns: 80, env: { NO_COLOR: "1" } });
  expect(table.stdout).toBe("id  name   memory\n 7  conns   4 KiB\n");
  expect((await list("7 --select id,name -o csv")).stdout).toBe("id,name\r\n7,conns\r\n");
  expect((await list("7 --select id,name -j")).stdout).toBe('[{"id":7,"name":"conns"}]\n');
  expect((await list("7 --select id,name -o yaml")).stdout).toBe("- id: 7\n  name: conns\n");
});

test("a column that there is not is pointed at", async () => {
  const { stderr, status } = await list("--sort memlok");
  expect(status).not.toBe(0);
  expect(stderr).toContain("no column `memlok`");
  expect(stderr).toContain("memlock");
});
