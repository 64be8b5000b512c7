import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createMap } from "../../helpers/bpf.ts";
import { run } from "../../helpers/bpftools.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { Scratch } from "../../helpers/scratch.ts";
import { stageProgram } from "../../helpers/staged-program.ts";

const UNIT = repositoryPath("bin", "deploy", "systemd", "ebpf-map.service");
const DAEMON_SET = repositoryPath("bin", "deploy", "kubernetes", "base", "daemonset.yaml");
/** The most exposure of the unit by `systemd-analyze security`, of 10; 2.5 is what it calls OK. */
const MOST_EXPOSURE = "2.5";
/** Lines of strace's table that are no calls of the program, which is started before the filter is in place. */
const NO_CALLS = ["execve", "syscall", "total"];
const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];

/** The values of a setting of the unit, of all its lines. */
function setting(name: string): string[] {
  const lines = readFileSync(UNIT, "utf8").split("\n");
  return lines.flatMap((line) => (line.startsWith(`${name}=`) ? line.slice(name.length + 1).split(" ") : []));
}

/** Capabilities without their prefix, in lower case. */
function capabilitiesOfUnit(): string[] {
  return setting("CapabilityBoundingSet").map((name) => name.replace("CAP_", "").toLowerCase());
}

function capabilitiesOfPod(): string[] {
  const { spec } = parse(readFileSync(DAEMON_SET, "utf8")) as {
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly PodContainer[] } } };
  };
  const [container] = spec.template.spec.containers;
  expect(container?.securityContext.capabilities.drop).toEqual(["ALL"]);
  expect(container?.securityContext.runAsUser).toBe(0);
  return (container?.securityContext.capabilities.add ?? []).map((name) => name.toLowerCase());
}

interface PodContainer {
  readonly securityContext: {
    readonly runAsUser: number;
    readonly capabilities: { readonly drop: readonly string[]; readonly add: readonly string[] };
  };
}

/** The words that run a command with these capabilities and no others. */
function withCapabilities(names: readonly string[], user: readonly string[]): string[] {
  const wanted = ["-all", ...names.map((name) => `+${name}`)].join();
  const ambient = user.length > 0 ? [`--ambient-caps=${wanted}`] : [];
  return ["setpriv", ...user, `--bounding-set=${wanted}`, `--inh-caps=${wanted}`, ...ambient, "--no-new-privs"];
}

liveSuite("the rights that serve is deployed with", ["kernel", "setpriv", "strace"], () => {
  const scratch = new Scratch();
  let program: string;
  const name = "deploy_rights";

  beforeAll(async () => {
    program = await stageProgram(scratch);
    const map = createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 16, name });
    scratch.own(map);
    const other = createMap({ type: "array", keySize: 4, valueSize: 8, maxEntries: 4, name: "deploy_pinned" });
    scratch.pin(other, "pinned");
    other.close();
    return () => scratch[Symbol.dispose]();
  });

  /** What is known of the two maps: their owners, and their entries. */
  async function known(as: readonly string[]): Promise<string[]> {
    const [file = "", ...args] = [...as, process.execPath, program, "serve", "--once"];
    const { stdout, status } = await run(file, args);
    expect(status).toBe(0);
    const lines = stdout.toString().split("\n");
    const wanted = /^ebpf_map_(?:info|entries|memory_bytes)\{.*name="deploy_(?:rights|pinned)"/;
    return lines.filter((line) => wanted.test(line)).map((line) => line.replace(scratch.pins, "PINS"));
  }

  describe.each([
    ["the unit's", capabilitiesOfUnit(), NOBODY],
    ["the pod's", capabilitiesOfPod(), []],
  ] as const)("%s capabilities", (_, names, user) => {
    test("show all that root sees", async () => {
      const all = await known([]);
      expect(all.filter((line) => line.includes("_info"))).toHaveLength(2);
      expect(await known(withCapabilities(names, user))).toEqual(all);
    });

    test.each(names)("without %s something is missing", async (one) => {
      const fewer = names.filter((other) => other !== one);
      expect(await known(withCapabilities(fewer, user))).not.toEqual(await known([]));
    });
  });

  test("without any capability, uid 65534 has the pinned maps that it may open", async () => {
    const [pin, closed] = [join(scratch.pins, "pinned"), join(scratch.pins, "closed")];
    const other = createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 4, name: "deploy_closed" });
    scratch.pin(other, "closed");
    other.close();
    chmodSync(scratch.pins, 0o755);
    chmodSync(pin, 0o644);
    chmodSync(closed, 0o600);
    const words = [...withCapabilities([], NOBODY), process.execPath, program, "serve", "--once"];
    const { stdout, stderr, status } = await run(words[0] ?? "", words.slice(1));
    const text = stdout.toString();
    expect(status, stderr).toBe(0);
    expect(text).toMatch(/^ebpf_map_entries\{id="\d+",name="deploy_pinned"\} 4$/m);
    expect(text).not.toContain("deploy_rights");
    expect(text).not.toContain("deploy_closed");
    expect(stderr).toContain("only pinned maps can be seen");
  });

  test("the unit's filter of system calls lets all pass that are made", async () => {
    const { stderr } = await run("strace", ["-f", "-c", "-U", "name", process.execPath, program, "serve", "--once"]);
    const made = stderr.split("\n").flatMap((line) => /^([a-z]\w*)$/.exec(line.trim())?.[1] ?? []);
    expect(made).toContain("bpf");
    const allowed = allowedCalls();
    // What starts a program isn't filtered by the unit.
    expect(made.filter((call) => !allowed.has(call) && !NO_CALLS.includes(call))).toEqual([]);
  });
});

/** The system calls that the unit allows: a later line of its filter takes precedence. */
function allowedCalls(): Set<string> {
  const allowed = new Set<string>();
  const lines = readFileSync(UNIT, "utf8").split("\n");
  for (const line of lines.filter((one) => one.startsWith("SystemCallFilter="))) {
    const [, not = "", words = ""] = /^SystemCallFilter=(~?)(.*)$/.exec(line) ?? [];
    for (const call of words.split(" ").flatMap(callsOf)) {
      if (not === "") allowed.add(call);
      else allowed.delete(call);
    }
  }
  return allowed;
}

/** The system calls of a word of the filter: a group such as `@system-service`, or one call. */
function callsOf(word: string): string[] {
  if (!word.startsWith("@")) return [word];
  const { stdout } = spawnSync("systemd-analyze", ["syscall-filter", word], { encoding: "utf8" });
  const words = stdout.split("\n").flatMap((line) => /^ {4}(\S+)/.exec(line)?.[1] ?? []);
  return words.flatMap((one) => (one.startsWith("#") ? [] : callsOf(one)));
}

liveSuite("the systemd unit", ["systemdAnalyze"], () => {
  test("is a sandbox", () => {
    const { status, stdout } = spawnSync(
      "systemd-analyze",
      ["security", "--offline=yes", `--threshold=${Number(MOST_EXPOSURE) * 10}`, UNIT],
      { encoding: "utf8" },
    );
    expect(status, stdout.split("\n").at(-2)).toBe(0);
  });
});
