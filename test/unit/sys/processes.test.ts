import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mapHolders } from "../../../src/sys/processes.ts";
import { Scratch } from "../../helpers/scratch.ts";

interface FakeProcess {
  comm: string | Buffer;
  /** By descriptor: where its link points to and what fdinfo says. */
  fds: Record<string, [target: string, fdinfo: string]>;
}

const MAP = "anon_inode:bpf-map";

/** A folder like /proc. */
function fakeProc(folder: string, processes: Record<string, FakeProcess>): string {
  for (const [pid, { comm, fds }] of Object.entries(processes)) {
    for (const sub of ["fd", "fdinfo"]) mkdirSync(join(folder, pid, sub), { recursive: true });
    writeFileSync(join(folder, pid, "comm"), comm);
    for (const [fd, [target, fdinfo]] of Object.entries(fds)) {
      symlinkSync(target, join(folder, pid, "fd", fd));
      writeFileSync(join(folder, pid, "fdinfo", fd), fdinfo);
    }
  }
  return folder;
}

test("holders come by rising pid, each once a map", () => {
  using scratch = new Scratch();
  const info = (id: number): string => `pos:\t0\nflags:\t02000002\nmap_type:\t1\nmap_id:\t${id}\nfrozen:\t0\n`;
  const proc = fakeProc(scratch.folder, {
    "100": { comm: "late\n", fds: { "3": [MAP, info(7)] } },
    "9": { comm: "early\n", fds: { "3": [MAP, info(7)], "4": [MAP, info(7)], "5": [MAP, info(8)] } },
    "20": { comm: "itself\n", fds: { "3": [MAP, info(7)] } },
    "30": { comm: "other\n", fds: { "0": ["/dev/null", info(7)], "3": ["anon_inode:bpf-prog", "prog_id:\t7\n"] } },
    "40": { comm: "odd\n", fds: { "3": [MAP, "map_id:\tx\n"] } },
    self: { comm: "link\n", fds: { "3": [MAP, info(7)] } },
  });
  const { byMap, hidden } = mapHolders(20, proc);
  expect(Object.fromEntries(byMap)).toEqual({
    "7": [
      { pid: 9, comm: "early" },
      { pid: 100, comm: "late" },
    ],
    "8": [{ pid: 9, comm: "early" }],
  });
  expect(hidden).toBe(0);
});

test("a name keeps its bytes, but for the line's end", () => {
  using scratch = new Scratch();
  const comm = Buffer.from([0x61, 0x0a, 0xff, 0x0a]);
  const proc = fakeProc(scratch.folder, { "5": { comm, fds: { "3": [MAP, "map_id:\t1\n"] } } });
  expect(mapHolders(0, proc).byMap.get(1)).toEqual([{ pid: 5, comm: "a\n\udcff" }]);
});

test("a process that ends meanwhile is left out", () => {
  using scratch = new Scratch();
  mkdirSync(join(scratch.folder, "77"));
  expect(mapHolders(0, scratch.folder)).toEqual({ byMap: new Map(), hidden: 0 });
});
