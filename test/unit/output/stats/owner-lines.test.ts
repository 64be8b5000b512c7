import { expect, test } from "vitest";
import { ownerLines } from "../../../../src/output/stats/owner-lines.ts";
import type { MapOwners } from "../../../../src/reader/owners/owners.ts";
import { NO_OWNERS } from "../../../helpers/no-owners.ts";

test("a line for each owner, with what it holds and where it is attached", () => {
  const attachment = { kind: "xdp", hook: "native", target: "eth0" };
  const owners: MapOwners = {
    ...NO_OWNERS,
    processes: [{ pid: 812, comm: "natd", holds: ["map", "program"] }],
    programs: [
      { id: 7, name: "count", type: "xdp", relation: "uses", attachments: [attachment], isUntold: false },
      { id: 9, name: "", type: "kprobe", relation: "declares", attachments: [], isUntold: true },
    ],
    attachments: [{ kind: "struct_ops", target: "bbr" }],
    outerMaps: [3],
    pins: ["/sys/fs/bpf/nat"],
  };
  expect(ownerLines(owners, [])).toEqual([
    "process natd(812) holds the map, the program",
    "program count [xdp native eth0]  id 7  xdp",
    "program kprobe 9 (declares it)  id 9  kprobe",
    "attached to struct_ops bbr",
    "lies in map id 3",
    "pinned at /sys/fs/bpf/nat",
  ]);
});

test("none, or only a pin; and what kept from finding more", () => {
  const gaps = [{ what: "processes", reason: "1 process can't be inspected by this user" }] as const;
  expect(ownerLines(NO_OWNERS, gaps)).toEqual([
    "nothing was found that keeps it alive",
    "there may be more: 1 process can't be inspected by this user",
  ]);
  expect(ownerLines({ ...NO_OWNERS, isOrphaned: true, pins: ["/sys/fs/bpf/x"] }, [])).toEqual([
    "orphaned: only the pin keeps it alive",
    "pinned at /sys/fs/bpf/x",
  ]);
  // An outer map's pin keeps it, too.
  expect(ownerLines({ ...NO_OWNERS, isOrphaned: true, outerMaps: [3] }, [])).toEqual([
    "orphaned: only the pin of a map of maps keeps it alive",
    "lies in map id 3",
  ]);
});
