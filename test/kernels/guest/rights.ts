import { chmodSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { createMap, updateElement } from "../../helpers/bpf.ts";
import { runOurs } from "../../helpers/run-ours.ts";
import { Scratch } from "../../helpers/scratch.ts";
import { Checks } from "./checks.ts";

const UNPRIVILEGED_BPF_DISABLED = "/proc/sys/kernel/unprivileged_bpf_disabled";

/** What a readable pin is enough for. */
const READING: readonly string[] = [
  "dump pinned PIN -o ndjson",
  "dump pinned PIN --where value.bytes[0]==1u --count-only",
  "watch pinned PIN --count 1",
  "stats pinned PIN",
  "diff pinned PIN pinned PIN",
  "lookup pinned PIN key 0 0 0 0",
  "getnext pinned PIN",
];

/** An ordinary user: what a map by id, all maps, and a readable pin give, and what is said where they give nothing. */
export async function checkRights(): Promise<Checks> {
  const checks = new Checks();
  using scratch = new Scratch();
  const map = scratch.own(createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1, name: "rights" }));
  updateElement(map, new Uint8Array(4), Uint8Array.of(1, 2, 3, 4));
  chmodSync("/sys/fs/bpf", 0o1777);
  const pin = scratch.pin(map, "readable");
  chmodSync(pin, 0o644);
  const { id } = new LinuxKernel().mapInfo(map);
  // 2: refused, but root may change that; 0: allowed; 1: refused until the next boot, so this comes last.
  for (const disabled of ["2", "0", "1"]) {
    writeFileSync(UNPRIVILEGED_BPF_DISABLED, disabled);
    await checkUser(checks, id, pin, disabled !== "0" && !readsWithoutRights());
  }
  return checks;
}

async function checkUser(checks: Checks, id: number, pin: string, refusesAll: boolean): Promise<void> {
  const byId = await asNobody(["dump", "id", String(id)]);
  checks.equal("a map by id, as an ordinary user", byId.status, 255);
  checks.matches("a map by id, as an ordinary user", byId.stderr, /^Error: open map id \d+: .*CAP_SYS_ADMIN/);
  const all = await asNobody(["list"]);
  checks.equal("all maps, as an ordinary user", all.status, 255);
  checks.matches("all maps, as an ordinary user", all.stderr, /^Error: list maps: .*CAP_SYS_ADMIN/);
  const pinned = await asNobody(["dump", "pinned", pin]);
  checks.equal("a readable pin, as an ordinary user", pinned.status, refusesAll ? 255 : 0);
  if (refusesAll) checks.matches("a readable pin, where bpf(2) is refused", pinned.stderr, /unprivileged_bpf_disabled/);
  else checks.matches("a readable pin", pinned.stdout.toString(), /^key: 00 00 00 00 {2}value: 01 02 03 04\n/);
  for (const command of READING) {
    const { status, stderr } = await asNobody(command.split(" ").map((word) => (word === "PIN" ? pin : word)));
    const refused = command.startsWith("diff") ? 2 : 255;
    checks.equal(`${command}, as an ordinary user (${stderr.trim()})`, status, refusesAll ? refused : 0);
  }
  const doctor = await asNobody(["doctor"]);
  checks.equal("doctor, of an ordinary user", doctor.status, refusesAll ? 1 : 0);
  const cure = refusesAll
    ? /^FAULT: .*\n {4}cure: .*unprivileged_bpf_disabled/m
    : /^LIMIT: .*\n {4}cure: .*can be read as it is/m;
  checks.matches("doctor, of an ordinary user", doctor.stdout.toString(), cure);
}

/** Before 5.19 the setting refuses every bpf(2) call of an ordinary user, since then only those that make something. */
function readsWithoutRights(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 19);
}

async function asNobody(args: readonly string[]): ReturnType<typeof runOurs> {
  process.seteuid?.(65534);
  try {
    return await runOurs(args);
  } finally {
    process.seteuid?.(0);
  }
}
