import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageVersion } from "../../src/cli/package/package-files.ts";
import { goldenPath } from "../golden/recorded.ts";
import { artefact } from "../helpers/artefacts.ts";
import { type Run, run } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const VERSION = packageVersion();
const DEBIAN = process.arch === "x64" ? "amd64" : "arm64";
const MAP = goldenPath("types", "hash", "plain", "map.ndjson");
const DUMP = readFileSync(goldenPath("types", "hash", "plain", "plain.txt"), "utf8");

async function succeed(program: string, ...words: string[]): Promise<string> {
  const { stdout, stderr, status }: Run = await run(program, words, 60_000);
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${stderr}${stdout}`);
  return stdout.toString();
}

liveSuite("the packages", ["packages", "kernel", "debian", "skopeo", "crun"], () => {
  const scratch = useScratch();

  test("have checksums, each of them right", async () => {
    const sums = readFileSync(artefact("SHA256SUMS"), "utf8").trim().split("\n");
    const names = readdirSync(artefact(".")).filter((name) => name !== "SHA256SUMS");
    expect(sums.map((line) => line.split("  ")[1])).toEqual(names.sort());
    for (const line of sums) {
      const [digest, name = ""] = line.split("  ");
      expect([
        name,
        createHash("sha256")
          .update(readFileSync(artefact(name)))
          .digest("hex"),
      ]).toEqual([name, digest]);
    }
  });

  test("come with a list of what is in them", () => {
    const { spdxVersion, packages, creationInfo } = JSON.parse(
      readFileSync(artefact(`ebpf-map-${VERSION}.spdx.json`), "utf8"),
    );
    expect([spdxVersion, creationInfo.created]).toEqual([
      "SPDX-2.3",
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/),
    ]);
    const names = (packages as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["ebpf-map", "koffi", "yargs", "node"]));
  });

  test("Debian installs, runs and removes its package, without Node", async () => {
    const root = join(scratch.folder, "debian");
    mkdirSync(root);
    await succeed("tar", "-xf", repositoryPath(".cache", "debian.tar"), "-C", root);
    copyFileSync(artefact(`ebpf-map_${VERSION}_${DEBIAN}.deb`), join(root, "tmp", "ebpf-map.deb"));
    copyFileSync(MAP, join(root, "tmp", "map.ndjson"));
    const script = `! command -v node
      dpkg -i /tmp/ebpf-map.deb > /dev/null
      dpkg -V ebpf-map
      ebpf-map dump file /tmp/map.ndjson
      ebpf-map -j list | head -c 1 > /tmp/list
      zcat /usr/share/man/man1/ebpf-map.1.gz | grep -q "^.TH EBPF.*MAP"
      bash -c ". /usr/share/bash-completion/completions/ebpf-map && complete -p ebpf-map" > /dev/null
      grep -q "^Node.js" /usr/share/doc/ebpf-map/copyright
      dpkg -P ebpf-map > /dev/null
      find / -xdev -path "*ebpf-map*" ! -path "/tmp/*" ! -path "/proc/*"`;
    const mounted = `mount --rbind /proc ${root}/proc; chroot ${root} sh -ec '${script}'`;
    expect(await succeed("unshare", "--mount", "sh", "-ec", mounted)).toBe(DUMP);
    expect(readFileSync(join(root, "tmp", "list"), "utf8")).toBe("[");
  });

  test.each(["amd64", "arm64"])("the one for %s names what it needs, and belongs to root", async (architecture) => {
    const file = artefact(`ebpf-map_${VERSION}_${architecture}.deb`);
    expect(await succeed("dpkg-deb", "--field", file, "Architecture", "Depends")).toBe(
      `Architecture: ${architecture}\nDepends: libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 8)\n`,
    );
    const description = await succeed("dpkg-deb", "--field", file, "Description");
    expect(description).toMatch(/^reads eBPF maps\n Reads eBPF maps: /);
    expect(Math.max(...description.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    const files = (await succeed("dpkg-deb", "--contents", file)).trim().split("\n");
    expect(files.filter((line) => !/^[-d]rwxr-xr-x root\/root |^-rw-r--r-- root\/root /.test(line))).toEqual([]);
  });

  test("npm's package has the same bytes wherever it was built: it names no folder of that machine", async () => {
    await succeed("tar", "-xzf", artefact(`ebpf-map-${VERSION}.tgz`), "-C", scratch.folder);
    const root = join(scratch.folder, "package");
    const code = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(?:c?js|code)$/.test(name),
    );
    expect(code.length).toBeGreaterThan(100);
    const naming = code.filter((name) => {
      const text = readFileSync(join(root, name), "latin1");
      return text.includes(repositoryPath()) || /^\/\/ (?:\.\.\/)*node_modules\//m.test(text);
    });
    expect(naming).toEqual([]);
  });

  test.each(["x64", "arm64"])("the archive for %s has the executable and what is read beside it", async (arch) => {
    const name = `ebpf-map-${VERSION}-linux-${arch}`;
    const listed = await succeed("tar", "--zstd", "-tf", artefact(`${name}.tar.zst`));
    const inside = [
      "CHANGELOG.md",
      "LICENCES.txt",
      "README.md",
      "ebpf-map",
      "ebpf-map.1",
      "ebpf-map.bash",
      "ebpf-map.spdx.json",
    ];
    expect(listed.trim().split("\n")).toEqual([`${name}/`, ...inside.map((file) => `${name}/${file}`)]);
    await succeed("tar", "--zstd", "-xf", artefact(`${name}.tar.zst`), "-C", scratch.folder);
    const extracted = readFileSync(join(scratch.folder, name, "ebpf-map"));
    expect(extracted.equals(readFileSync(artefact(`ebpf-map-linux-${arch}`)))).toBe(true);
  });

  describe("the image", () => {
    const archive = `oci-archive:${artefact(`ebpf-map-${VERSION}-oci.tar`)}`;

    test.each(["amd64", "arm64"])("is there for %s", async (architecture) => {
      const words = ["--override-arch", architecture, "--override-os", "linux", "inspect", archive];
      expect(JSON.parse(await succeed("skopeo", ...words))).toMatchObject({ Architecture: architecture, Os: "linux" });
    });

    test("runs with a root that can't be written and no more rights than it needs", async () => {
      const bundle = join(scratch.folder, "bundle");
      await unpackImage(archive, bundle);
      copyFileSync(MAP, join(scratch.folder, "map.ndjson"));
      expect(await inContainer(bundle, ["dump", "file", "/tmp/map.ndjson"])).toBe(DUMP);
      expect(documentedRights()).toHaveLength(4);
      expect(await inContainer(bundle, ["-j", "list"])).toMatch(/^\[/);
    });

    /** Copies this machine's part of the image into a folder with its root in `rootfs`. */
    async function unpackImage(image: string, bundle: string): Promise<void> {
      const layout = join(scratch.folder, "layout");
      await succeed("skopeo", "--insecure-policy", "copy", image, `dir:${layout}`);
      const manifest = JSON.parse(readFileSync(join(layout, "manifest.json"), "utf8"));
      mkdirSync(join(bundle, "rootfs"), { recursive: true });
      const [layer] = manifest.layers as { digest: string }[];
      await succeed(
        "tar",
        "-xzf",
        join(layout, layer?.digest.replace("sha256:", "") ?? ""),
        "-C",
        join(bundle, "rootfs"),
      );
    }

    async function inContainer(bundle: string, words: readonly string[]): Promise<string> {
      writeFileSync(join(bundle, "config.json"), JSON.stringify(containerConfig(words, scratch.folder)));
      const state = join(scratch.folder, "state");
      // This version of crun stops at control groups of both versions; it needs none here.
      const command = `mount -t tmpfs none /sys/fs/cgroup; exec crun --root ${state} --cgroup-manager=disabled run --bundle ${bundle} ebpf-map-test-${process.pid}`;
      return await succeed("unshare", "--mount", "sh", "-ec", command);
    }
  });
});

/** The rights that the manual gives a container. */
function documentedRights(): string[] {
  const manual = readFileSync(repositoryPath("src", "manual", "hosts.md"), "utf8");
  const names = /--cap-add=([A-Z_,]+)/.exec(manual)?.[1] ?? "";
  return names.split(",").map((name) => `CAP_${name}`);
}

/** The configuration of a container as OCI describes it, with the rights that reading maps needs. */
function containerConfig(words: readonly string[], folder: string): object {
  const rights = documentedRights();
  return {
    ociVersion: "1.0.2",
    process: {
      user: { uid: 0, gid: 0 },
      args: ["/usr/bin/ebpf-map", ...words],
      cwd: "/",
      noNewPrivileges: true,
      capabilities: { bounding: rights, effective: rights, permitted: rights },
    },
    root: { path: "rootfs", readonly: true },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/sys", type: "bind", source: "/sys", options: ["rbind", "ro"] },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] },
      { destination: "/tmp", type: "bind", source: folder, options: ["bind", "ro"] },
    ],
    linux: { namespaces: [{ type: "mount" }, { type: "pid" }] },
  };
}
