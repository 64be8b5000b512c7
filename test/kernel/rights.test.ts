import { chmodSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, loadBtf, updateElement } from "../helpers/bpf.ts";
import { run } from "../helpers/bpftools.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { Scratch } from "../helpers/scratch.ts";
import { stageProgram } from "../helpers/staged-program.ts";

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/**
 * Users by what they may do, each as the words that run a command as one. `kernel.unprivileged_bpf_disabled` is left as
 * it is: since 5.19 it makes no difference to a reader, which test/kernels makes sure of for each of its values.
 */
const USERS = {
  root: [],
  "root without CAP_SYS_ADMIN": ["setpriv", "--bounding-set=-sys_admin"],
  "CAP_BPF and CAP_PERFMON only": [...NOBODY, "--inh-caps=+bpf,+perfmon", "--ambient-caps=+bpf,+perfmon"],
  "uid 65534": [...NOBODY, "--inh-caps=-all"],
  "root of a user namespace": [...NOBODY, "unshare", "--user", "--map-root-user"],
} as const;

const COMMANDS: readonly string[] = [
  "list id ID",
  "list",
  "dump id ID",
  "dump name rights_test",
  "lookup id ID key 0 0 0 0",
  "dump pinned READABLE",
  "-j dump pinned READABLE",
  "lookup pinned READABLE key 0 0 0 0",
  "getnext pinned READABLE",
  "dump pinned PRIVATE",
  "dump pinned FOLDER/no-such-pin",
  "dump pinned /etc/passwd",
  "save pinned READABLE FILES/copy-UID.ndjson",
  "dump file FILES/root.ndjson",
  "version",
  "dump pinned READABLE -o ndjson",
  "dump pinned READABLE --where value.bytes[0]==7u --count-only",
  "dump pinned READABLE --value-type u32 -o ndjson",
  "watch id ID --count 1",
  "watch pinned READABLE --count 1",
  "diff id ID pinned READABLE",
  "diff pinned READABLE file FILES/root.ndjson",
  "stats id ID",
  "stats",
  "stats pinned READABLE -o ndjson",
  "schema show id ID",
  "schema show pinned READABLE",
  "schema export pinned READABLE",
  "generate pinned READABLE",
  "events pinned RING --for 10ms",
  "dump pinned RING -o ndjson",
  "doctor",
  "-j doctor",
];

/** All maps of this machine are nobody's expectation: how it ends is. */
const ABOUT_ALL: readonly string[] = ["list", "stats"];

liveSuite("what each user may read, and is told", ["kernel"], () => {
  const scratch = new Scratch();
  let places: Record<string, string>;
  let program: string;

  beforeAll(async () => {
    program = await stageProgram(scratch);
    const map = typedMap(scratch);
    const [readable, hidden] = [scratch.pin(map, "readable"), scratch.pin(map, "private")];
    chmodSync(scratch.pins, 0o755);
    chmodSync(readable, 0o644);
    chmodSync(scratch.folder, 0o777);
    const id = String(new LinuxKernel().mapInfo(map).id);
    const ring = createMap({ type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 4096, name: "rights_ring" });
    const events = scratch.pin(scratch.own(ring), "ring");
    chmodSync(events, 0o644);
    places = { ID: id, READABLE: readable, PRIVATE: hidden, RING: events, FOLDER: scratch.pins, FILES: scratch.folder };
    const saved = await run(process.execPath, [program, "save", "id", id, join(scratch.folder, "root.ndjson")]);
    expect(saved).toMatchObject({ status: 0, stderr: "" });
    chmodSync(join(scratch.folder, "root.ndjson"), 0o644);
    return () => scratch[Symbol.dispose]();
  });

  test.for(Object.entries(USERS))("%s", { timeout: 180_000 }, async ([user, words]) => {
    const answers: string[] = [];
    for (const command of COMMANDS) {
      answers.push(`$ ebpf-map ${command}\n${await answer([...words], command)}`);
    }
    const name = `${user.replaceAll(/[^A-Za-z0-9]+/g, "-").toLowerCase()}.txt`;
    await expect(`# ${user}\n\n${answers.join("\n")}`).toMatchFileSnapshot(repositoryPath("golden", "rights", name));
  });

  /** What a command prints and how it ends, with what differs from run to run written as in {@link COMMANDS}. */
  async function answer(as: readonly string[], command: string): Promise<string> {
    const args = command.split(" ").map((word) => withPlaces(word));
    const [file = "", ...rest] = [...as, process.execPath, program, ...args];
    const { status, stdout, stderr } = await run(file, rest);
    const quiet = ABOUT_ALL.includes(command) && status === 0;
    const printed = command.endsWith("doctor") ? verdict(stdout.toString()) : stdout.toString();
    return `${quiet ? "…\n" : withoutPlaces(printed)}${withoutPlaces(stderr)}[${status}]\n`;
  }

  function withPlaces(word: string): string {
    const named = word.replace(/^(?:ID|READABLE|PRIVATE|RING|FOLDER|FILES)/, (name) => places[name] ?? name);
    return named.replace("UID", String(answerCount++));
  }

  function withoutPlaces(text: string): string {
    let plain = text;
    for (const [name, place] of Object.entries(places)) {
      if (name !== "ID") plain = plain.replaceAll(place, name);
    }
    return plain
      .replaceAll(new RegExp(`\\b${places.ID}\\b`, "g"), "ID")
      .replaceAll(/copy-\d+/g, "copy-UID")
      .replaceAll(/\b(btf_id|BTF id|memlock) \d+/g, "$1 N")
      .replaceAll(/"time":"[^"]+"/g, '"time":"…"')
      .replaceAll(/"memlock":\d+/g, '"memlock":N')
      .replaceAll(/\bmap id \d+ \(rights_ring\)/g, "map id N (rights_ring)")
      .replaceAll(/\b\d+ pinned maps?\b/g, "N pinned maps");
  }
});

let answerCount = 0;

/**
 * Of what doctor prints, what depends on rights and not on the machine: faults and limits with their cures, and whether
 * it is fit.
 */
function verdict(report: string): string {
  if (!report.startsWith("{"))
    return report.match(/^(?:FAULT|LIMIT): .*\n.*\n|^maps of this machine .*\n/gm)?.join("") ?? "";
  const { findings, fit } = JSON.parse(report) as { findings: { kind: string }[]; fit: boolean };
  return `${JSON.stringify({ findings: findings.filter(({ kind }) => kind !== "remark"), fit })}\n`;
}

/** One entry: 0, 7. Typed, since the types of a map take more rights than its entries. */
function typedMap(scratch: Scratch): Fd {
  const btf = new BtfBuilder();
  const int = btf.signed("int", 4);
  const types = { fd: scratch.own(loadBtf(btf.build())), key: int, value: int };
  const spec = { type: "array", keySize: 4, valueSize: 4, maxEntries: 1, name: "rights_test", btf: types } as const;
  const map = scratch.own(createMap(spec));
  updateElement(map, new Uint8Array(4), Uint8Array.of(7, 0, 0, 0));
  return map;
}
