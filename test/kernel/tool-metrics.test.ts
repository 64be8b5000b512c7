import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, runBpftool } from "../helpers/bpftools.ts";
import { waitFor } from "../helpers/compare.ts";
import { readDocument } from "../helpers/documents.ts";
import { fencesOf } from "../helpers/markdown.ts";
import { loadObject } from "../helpers/objects.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const CHAPTER = readDocument("src/manual/tool-metrics.md");

/** A network and a bpffs of its own, whose packets xdp-filter sees; it ends with its standard input. */
const FILTERED = `
mount -t bpf bpf /sys/fs/bpf
ip link set lo up
xdp-filter load -m skb -f tcp,udp lo && xdp-filter ip -m src 127.0.0.1
exec 3>/dev/udp/127.0.0.1/9999
while read line; do echo "$line" >&3; done
exec sleep 60
`;

liveSuite("metrics of programs that many have, with the manual's configurations", ["kernel"], () => {
  const scratch = useScratch();

  /** The manual's configuration of this name, in a file. */
  function example(name: string): string {
    const fence = fencesOf(CHAPTER.text).find(({ word }) => word === name);
    const file = join(scratch.folder, name);
    writeFileSync(file, fence?.lines.join("\n") ?? expect.fail(`no ${name} in the manual`));
    return file;
  }

  /** The series of a scrape, without those of the program itself. */
  async function series(config: string): Promise<string[]> {
    const { stdout, stderr, status } = await runOurs(["serve", "--config", config, "--once"]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return stdout
      .toString()
      .split("\n")
      .filter((line) => /^(?!#|ebpf_map_|process_)./.test(line));
  }

  function start(file: string, args: readonly string[]): ChildProcess {
    const child = spawn(file, args, { stdio: ["pipe", "ignore", "ignore"] });
    scratch.own({ [Symbol.dispose]: () => void child.kill("SIGKILL") });
    return child;
  }

  /** The series that hold, as soon as there are any of them. */
  async function seriesOf(
    config: string,
    name: string,
    wake: () => void,
    isEnough = (found: readonly string[]): boolean => found.length > 0,
  ): Promise<string[]> {
    return await waitFor(`${name} of ${config}`, async () => {
      wake();
      const checked = await runOurs(["serve", "--config", config, "--check"]);
      if (checked.status !== 0) return undefined;
      const found = (await series(config)).filter((line) => line.startsWith(name));
      return isEnough(found) ? found : undefined;
    });
  }

  liveSuite("libbpf-tools", ["libbpfTools"], () => {
    test("runqlat", async () => {
      const idler = start("sh", ["-c", "while read line; do :; done"]);
      start("runqlat", ["-P", "-p", String(idler.pid), "3600"]);
      const wake = (): void => void idler.stdin?.write("wake up\n");
      const found = await seriesOf(example("runqlat.yaml"), "run_queue_latency_seconds_count", wake);
      expect(found).toEqual([expect.stringMatching(/^run_queue_latency_seconds_count\{comm="sh"\} [1-9]\d*$/)]);
      const buckets = (await series(join(scratch.folder, "runqlat.yaml"))).filter((line) => line.includes("_bucket"));
      expect(buckets).toHaveLength(27);
      expect(buckets[0]).toContain('le="0.000001"');
    });

    test("hardirqs", async () => {
      start("hardirqs", ["-d", "3600"]);
      const found = await seriesOf(example("hardirqs.yaml"), "hardirq_duration_seconds_count", () => undefined);
      expect(found[0]).toMatch(/^hardirq_duration_seconds_count\{irq="[^"]+"\} [1-9]\d*$/);
    });
  });

  liveSuite("xdp-tools", ["xdpTools"], () => {
    test("xdp-filter", async () => {
      const child = start("unshare", ["--net", "--mount", "bash", "-c", FILTERED]);
      let sent = 0;
      const send = (): void => {
        child.stdin?.write("packet\n");
        sent += 1;
      };
      const config = example("xdp-filter.yaml");
      const sum = (lines: readonly string[]): number =>
        lines.reduce((total, line) => total + Number(line.split(" ")[1]), 0);
      const dropped = 'xdp_packets_total{action="1"}';
      expect(sum(await seriesOf(config, dropped, send, (found) => sum(found) > 0))).toBeGreaterThan(0);
      child.stdin?.end();
      // All that was sent has come: from here on nothing changes between the reads of two maps.
      const hasCome = (found: readonly string[]): boolean => sum(found) === sent;
      await seriesOf(config, dropped, () => undefined, hasCome);
      const all = await series(config);
      const total = (start: string): number => sum(all.filter((line) => line.startsWith(start)));
      expect(total('xdp_filter_ipv4_packets_total{address="127.0.0.1"')).toBe(total(dropped));
      // "packet\n" has 7 bytes behind 14 of Ethernet, 20 of IPv4 and 8 of UDP.
      expect(total('xdp_bytes_total{action="1"}')).toBe(49 * total(dropped));
    });
  });

  liveSuite("Cilium's maps", ["clang", "bpftools", "libbpf"], () => {
    test("policies, drops, connections", async () => {
      await loadObject(scratch, "cilium");
      const packet = join(scratch.folder, "packet");
      writeFileSync(packet, new Uint8Array(64));
      const program = join(scratch.pins, "cilium_programs", "fill");
      const ran = await runBpftool("7.8", ["prog", "run", "pinned", program, "data_in", packet, "repeat", "1"]);
      expect(ran.status, ran.stderr).toBe(0);
      expect((await series(example("cilium-policy.yaml"))).sort()).toEqual([
        'cilium_drops_total{reason="133",direction="1"} 3',
        'cilium_drops_total{reason="134",direction="2"} 3',
        'cilium_policy_packets_total{endpoint="7",peer="1234",egress="0",protocol="tcp",port="80"} 90',
        'cilium_policy_packets_total{endpoint="7",peer="2",egress="1",protocol="udp",port="53"} 4',
      ]);
      const found = await series(example("cilium-connections.yaml"));
      expect(found.sort()).toEqual([
        'cilium_connection_bytes{protocol="tcp"} 3500',
        "cilium_connections_closing 1",
        'cilium_connections{protocol="tcp",port="443"} 1',
        'cilium_connections{protocol="tcp",port="80"} 2',
      ]);
    });
  });

  liveSuite("all of them", ["promtool"], () => {
    test("give pages without a fault by promtool", async () => {
      await loadObject(scratch, "cilium");
      for (const name of ["cilium-policy.yaml", "cilium-connections.yaml"]) {
        const { stdout } = await runOurs(["serve", "--config", example(name), "--once"]);
        const page = join(scratch.folder, "page");
        writeFileSync(page, stdout);
        const { status, stderr } = await run("sh", ["-c", `promtool check metrics < ${page}`]);
        expect(status, stderr).toBe(0);
      }
    });
  });
});
