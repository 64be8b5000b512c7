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
];

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
    places = { ID: id, READABLE: readable, PRIVATE: hidden, FOLDER: scratch.pins, FILES: scratch.folder };
    const saved = await run(process.execPath, [program, "save", "id", id, join(scratch.folder, "root.ndjson")]);
    expect(saved).toMatchObject({ status: 0, stderr: "" });
    chmodSync(join(scratch.folder, "root.ndjson"), 0o644);
    return () => scratch[Symbol.dispose]();
  });

  test.for(Object.entries(USERS))("%s", async ([user, words]) => {
    const answers: string[] = [];
    for (const command of COMMANDS) {
      // All maps of this machine are nobody's expectation.
      const quiet = command === "list";
      answers.push(`$ ebpf-map ${command}\n${await answer([...words], command, quiet)}`);
    }
    const name = `${user.replaceAll(/[^A-Za-z0-9]+/g, "-").toLowerCase()}.txt`;
    await expect(`# ${user}\n\n${answers.join("\n")}`).toMatchFileSnapshot(repositoryPath("golden", "rights", name));
  });

  /** What a command prints and how it ends, with what differs from run to run written as in {@link COMMANDS}. */
  async function answer(as: readonly string[], command: string, quiet: boolean): Promise<string> {
    const args = command.split(" ").map((word) => withPlaces(word));
    const [file = "", ...rest] = [...as, process.execPath, program, ...args];
    const { status, stdout, stderr } = await run(file, rest);
    return `${quiet && status === 0 ? "…\n" : withoutPlaces(stdout.toString())}${withoutPlaces(stderr)}[${status}]\n`;
  }

  function withPlaces(word: string): string {
    const named = word.replace(/^(?:ID|READABLE|PRIVATE|FOLDER|FILES)/, (name) => places[name] ?? name);
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
      .replaceAll(/\b(btf_id|BTF id|memlock) \d+/g, "$1 N");
  }
});

let answerCount = 0;

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
