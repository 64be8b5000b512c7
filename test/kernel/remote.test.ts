import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bpftoolPath } from "../helpers/bpftools.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { connectionMap } from "../helpers/connections.ts";
import { declareMaps } from "../helpers/declared-maps.ts";
import { Listening } from "../helpers/listening.ts";
import { fencesOf } from "../helpers/markdown.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

/** A name that no other map of the machine has. */
const NAME = `rmt${process.pid}`;
const PLUGIN = repositoryPath("bin", "deploy", "kubectl-ebpf_map");

/** The programs that the recipes call. ssh and kubectl do with their arguments what the real ones do. */
const STAND_INS: Readonly<Record<string, string>> = {
  // A login shell of the host gets one line.
  ssh: 'shift\nexec sh -c "$*"',
  sudo: 'exec "$@"',
  bpftool: `exec ${bpftoolPath("7.8")} "$@"`,
  "ebpf-map": `exec "${process.execPath}" "${repositoryPath("bin", "ebpf-map.js")}" "$@"`,
  kubectl: `
if [ "$1" = ebpf-map ]; then shift; exec "${PLUGIN}" "$@"; fi
echo "$*" >> kubectl.log
for word in "$@"; do
  case $word in
    create) exec cat > pod.yaml ;;
    get) echo node-9; exit ;;
    wait) exit "\${WAIT:-0}" ;;
    delete) exit ;;
    exec | debug) while [ "$1" != -- ]; do shift; done; shift; exec "$@" ;;
  esac
done
exit 9`,
};

liveSuite("the recipes for other machines", ["kernel", "bpftools", "build"], () => {
  const scratch = useScratch();

  beforeEach(() => {
    scratch.own(connectionMap(200, { name: NAME }));
    writeFileSync(join(scratch.folder, "prog.bpf.o"), programBtf());
    mkdirSync(join(scratch.folder, "bin"));
    for (const [program, text] of Object.entries(STAND_INS)) {
      const path = join(scratch.folder, "bin", program);
      writeFileSync(path, `#!/bin/sh\n${text}\n`);
      chmodSync(path, 0o755);
    }
  });

  /** Runs lines of a shell where only the stand-ins answer. */
  function shell(
    script: string,
    env: Record<string, string> = {},
  ): Promise<{ stdout: string; stderr: string; status: number }> {
    const path = `${join(scratch.folder, "bin")}:${process.env.PATH}`;
    const options = { cwd: scratch.folder, env: { ...process.env, ...env, PATH: path }, timeout: 60_000 };
    return new Promise((resolve) => {
      const child = execFile("bash", ["-ec", `set -o pipefail\n${script}`], options, (error, stdout, stderr) => {
        resolve({ stdout, stderr, status: error === null ? 0 : Number(error.code) });
      });
      child.stdin?.end();
    });
  }

  const chapters = ["remote", "snapshots"].map((name) =>
    readFileSync(repositoryPath("src", "manual", `${name}.md`), "utf8"),
  );
  const blocks = chapters.flatMap(fencesOf).filter(({ language }) => language === "sh");

  test("all of the manual's lines work", { timeout: 120_000 }, async () => {
    expect(blocks.length).toBeGreaterThanOrEqual(6);
    const lines = blocks.flatMap((block) => block.lines);
    let set = "";
    for (const line of lines) {
      if (line.startsWith("export ")) set += `${line}\n`;
      else expect([line, await shell(set + onOneMap(line))]).toMatchObject([line, { status: 0 }]);
    }
    for (const file of ["host.ndjson", "node.ndjson", `${NAME}.csv`, `${NAME}.json`])
      expect([file, readFileSync(join(scratch.folder, file), "utf8").length > 100]).toEqual([file, true]);
    const many = await shell(`ebpf-map dump file ${NAME}.json --count-only`);
    expect(many.stdout).toBe('{"count":200}\n');
  });

  test("what bpftool prints there, with the types here, is what the map itself gives", async () => {
    const live = await shell(`ebpf-map dump name ${NAME} -o ndjson`);
    expect(live.stdout.split("\n")).toHaveLength(201);
    for (const flags of ["-j", "-p"]) {
      const recipe = `ssh host sudo bpftool ${flags} map dump name ${NAME} | ebpf-map dump file - -o ndjson`;
      expect((await shell(`${recipe} --btf prog.bpf.o`)).stdout).toBe(live.stdout);
      const beside = `ssh host 'id=$(bpftool -j map show name ${NAME} | sed "s/.*btf_id.:\\([0-9]*\\).*/\\1/"); bpftool ${flags} map dump name ${NAME}; bpftool -j btf dump id $id; bpftool -j btf dump map name ${NAME} kv'`;
      expect((await shell(`${beside} | ebpf-map dump file - -o ndjson`)).stdout).toBe(live.stdout);
    }
  });

  describe("the kubectl plugin", () => {
    const IMAGE = { EBPF_MAP_IMAGE: "registry.example/ebpf-map:1" };
    const plugin = (words: string, env: Record<string, string> = IMAGE) => shell(`kubectl ebpf-map ${words}`, env);
    const log = (): string => readFileSync(join(scratch.folder, "kubectl.log"), "utf8");
    const DELETED = /delete pod ebpf-map-\d+-\d+ --now --wait=false --ignore-not-found\n$/;

    test("starts a pod with these rights and no others", async () => {
      expect(await plugin("node-1 version")).toMatchObject({ status: 0, stderr: "" });
      const { metadata, spec } = parse(readFileSync(join(scratch.folder, "pod.yaml"), "utf8"));
      expect(metadata.name).toMatch(/^ebpf-map-\d+-\d+$/);
      expect(spec).toMatchObject({
        nodeName: "node-1",
        hostPID: false,
        restartPolicy: "Never",
        automountServiceAccountToken: false,
      });
      expect(spec.volumes.map(({ name }: { name: string }) => name)).toEqual(["bpffs", "tmp"]);
      const [container, ...others] = spec.containers;
      expect(others).toEqual([]);
      expect(container.image).toBe(IMAGE.EBPF_MAP_IMAGE);
      expect(container.securityContext).toEqual({
        runAsUser: 0,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"], add: ["SYS_ADMIN", "BPF", "PERFMON", "DAC_READ_SEARCH"] },
      });
      expect(container.volumeMounts[0]).toMatchObject({ mountPath: "/sys/fs/bpf", readOnly: true });
    });

    test("its pod waits with a command that there is", async () => {
      await plugin("node-1 version");
      const { spec } = parse(readFileSync(join(scratch.folder, "pod.yaml"), "utf8"));
      const { mark, options } = new Listening(scratch.folder);
      const command = `${spec.containers[0].command.join(" ")} --count 1`;
      const heard = `until [ -e ${mark} ]; do sleep 0.05; done`;
      const run = await shell(`${command} & ${heard}; kill -TERM $!; wait $!`, { NODE_OPTIONS: options.join(" ") });
      expect(run).toEqual({ stdout: "", stderr: "", status: 143 });
    });

    test("passes words on as they are, and stdout, stderr and the status back", async () => {
      const words = `--compat 7.1 -p dump name ${NAME} --where 'value.comm == "it'"'"'s $HOME * < >"' -o ndjson`;
      const [there, here] = [await plugin(`node-1 ${words}`), await shell(`ebpf-map ${words}`)];
      expect(there).toEqual(here);
      expect(await plugin("node-1 dump name no-such-map")).toMatchObject({
        status: 255,
        stderr: expect.stringContaining("no map has the name"),
      });
      expect(log()).toMatch(DELETED);
    });

    test("sends a pipe in", async () => {
      const { stdout } = await shell(
        `ebpf-map save name ${NAME} - | kubectl ebpf-map node-1 dump file - --count-only`,
        IMAGE,
      );
      expect(stdout).toBe('{"count":200}\n');
      expect(log()).toMatch(/^exec -i ebpf-map-/m);
    });

    test("finds the node of a pod; namespace and cluster are kubectl's", async () => {
      await plugin("--context=far -n kube-system --host-pid --image other:2 pod/web-0 version", {});
      const { spec } = parse(readFileSync(join(scratch.folder, "pod.yaml"), "utf8"));
      expect(spec).toMatchObject({ nodeName: "node-9", hostPID: true, containers: [{ image: "other:2" }] });
      const lines = log().trimEnd().split("\n");
      expect(lines.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
        "--context=far --namespace=kube-system get",
        "--context=far --namespace=kube-system create",
        "--context=far --namespace=kube-system wait",
        "--context=far --namespace=kube-system exec",
        "--context=far --namespace=kube-system delete",
      ]);
    });

    test("deletes the pod that doesn't start, and says so", async () => {
      expect(await plugin("node-1 version", { ...IMAGE, WAIT: "1" })).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("the pod did not start on node-1"),
      });
      expect(log()).toMatch(DELETED);
    });

    test("deletes the pod when the reader goes away", async () => {
      expect((await shell(`kubectl ebpf-map node-1 dump name ${NAME} -o ndjson | head -n 1`, IMAGE)).stdout).toMatch(
        /^\{"key"/,
      );
      expect(log()).toMatch(DELETED);
    });

    test.each([
      ["no command", "node-1", IMAGE, 2, "Usage: kubectl ebpf-map"],
      ["no image", "node-1 stats", {}, 1, "no image"],
      ["a node that is YAML", "'a: b' stats", IMAGE, 1, "'a: b' is no name of a node"],
      ["an image that is YAML", "--image '{}' node-1 stats", IMAGE, 1, "'{}' is no name of an image"],
      ["an option that isn't there", "--privileged node-1 stats", IMAGE, 2, "Usage: kubectl ebpf-map"],
    ])("%s is refused before anything is created", async (_, words, env, status, message) => {
      expect(await plugin(words, env)).toMatchObject({ status, stdout: "", stderr: expect.stringContaining(message) });
      expect(existsSync(join(scratch.folder, "pod.yaml"))).toBe(false);
    });
  });
});

liveSuite("the lint of the plugin", ["shellcheck"], () => {
  const scratch = useScratch();

  test("finds nothing, and finds what is planted", async () => {
    const lint = (path: string): Promise<string> =>
      new Promise((resolve) => execFile("shellcheck", [path], (_, stdout) => resolve(stdout)));
    expect(await lint(PLUGIN)).toBe("");
    const planted = join(scratch.folder, "planted");
    writeFileSync(planted, readFileSync(PLUGIN, "utf8").replace('"$pod" --now', "$pod --now"));
    expect(await lint(planted)).toContain("SC2086");
  });
});

/** The recipe on the test's map alone: those of all maps would read what other tests have made. */
function onOneMap(line: string): string {
  return (
    line
      .replaceAll("--all", "name conns")
      .replace(/ (stats|list --owners)$/, "$& name conns")
      // What ends on a key at a terminal.
      .replace(/ top$/, "$& name conns --count 1")
      .replaceAll(/\b(?:conns|flows|quota)\b/g, NAME)
  );
}

/** BTF that declares the map as its program does. */
function programBtf(): Uint8Array {
  const b = new BtfBuilder();
  const [u16, u32, u64] = [b.int("unsigned short", 2), b.int("unsigned int", 4), b.int("unsigned long long", 8)];
  const state = b.enum("state", [
    ["ST_NEW", 0],
    ["ST_OPEN", 1],
  ]);
  const comm = b.array(b.signed("char", 1), 16);
  const key = b.struct("conn_key", 8, [
    { name: "addr", type: u32, bitOffset: 0 },
    { name: "port", type: u16, bitOffset: 32 },
  ]);
  const value = b.struct("conn_val", 32, [
    { name: "packets", type: u64, bitOffset: 0 },
    { name: "state", type: state, bitOffset: 64 },
    { name: "comm", type: comm, bitOffset: 96 },
  ]);
  declareMaps(b, [{ name: NAME, numbers: { type: 1 }, types: { key, value } }]);
  return b.build();
}
