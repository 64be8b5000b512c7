import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Processor } from "../processors.ts";
import { sourceDateText } from "../source-date.ts";
import { writeTar } from "./archive.ts";
import { LICENCES, put, putCopy, putProgram } from "./contents.ts";
import type { Target } from "./target.ts";

// The image of containers: the program and the few libraries that it needs, nothing else, as one layer for each
// processor. It is written as the OCI image format says, so no daemon is needed to build it.

const MEDIA = "application/vnd.oci.image";

/** The libraries that Node needs, and the Debian packages whose copyright they have. */
const LIBRARIES = ["libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "libgcc_s.so.1", "libstdc++.so.6"];
const LIBRARY_PACKAGES = ["libc6", "libgcc-s1", "libstdc++6"];

/** Where programs say that the C library's loader lies. */
const LOADERS = { x64: "lib64/ld-linux-x86-64.so.2", arm64: "lib/ld-linux-aarch64.so.1" } as const;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Writes the image for several processors as a tar that skopeo, podman and docker load. */
export async function writeImage(processors: readonly Processor[], { version, work, path }: Target): Promise<void> {
  const layout = join(work, "layout");
  mkdirSync(join(layout, "blobs", "sha256"), { recursive: true });
  const manifests: object[] = [];
  for (const processor of processors) {
    const manifest = await writeManifest(processor, version, work, layout);
    manifests.push({ ...manifest, platform: { architecture: processor.debian, os: "linux" } });
  }
  const index = putJson(layout, `${MEDIA}.index.v1+json`, {
    schemaVersion: 2,
    mediaType: `${MEDIA}.index.v1+json`,
    manifests,
  });
  const named = { ...index, annotations: { "org.opencontainers.image.ref.name": version } };
  put(layout, "index.json", JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  put(layout, "oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeTar(layout, path, ["oci-layout", "index.json", "blobs"]);
}

async function writeManifest(processor: Processor, version: string, work: string, layout: string): Promise<Descriptor> {
  const root = join(work, `root-${processor.arch}`);
  putRoot(root, processor);
  const tar = join(work, `${processor.arch}.tar`);
  await writeTar(root, tar, ["."]);
  const layer = readFileSync(tar);
  const config = {
    created: sourceDateText(),
    architecture: processor.debian,
    os: "linux",
    config: {
      Entrypoint: ["/usr/bin/ebpf-map"],
      Env: ["PATH=/usr/bin", "XDG_RUNTIME_DIR=/tmp"],
      Labels: { "org.opencontainers.image.title": "ebpf-map", "org.opencontainers.image.version": version },
    },
    rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
  };
  return putJson(layout, `${MEDIA}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${MEDIA}.manifest.v1+json`,
    config: putJson(layout, `${MEDIA}.config.v1+json`, config),
    layers: [putBlob(layout, `${MEDIA}.layer.v1.tar+gzip`, gzipSync(layer))],
  });
}

/** The root of a container: the program, its libraries, their licences, and empty folders to mount on. */
function putRoot(root: string, processor: Processor): void {
  putProgram(root, processor);
  const loader = LOADERS[processor.arch];
  putCopy(root, loader, findLibrary(processor, basename(loader)), 0o755);
  const folder = `lib/${processor.gnu}-linux-gnu`;
  for (const name of LIBRARIES) putCopy(root, join(folder, name), findLibrary(processor, name), 0o755);
  putCopy(root, "usr/share/doc/ebpf-map/copyright", LICENCES);
  for (const name of LIBRARY_PACKAGES) putCopy(root, `usr/share/doc/${name}/copyright`, copyrightOf(name, processor));
  for (const name of ["dev", "proc", "sys"]) mkdirSync(join(root, name), { mode: 0o755 });
  mkdirSync(join(root, "tmp"));
}

/** Where a library lies here: among this machine's own, or in Debian's packages for another processor. */
function findLibrary({ gnu }: Processor, name: string): string {
  const folders = [`/lib/${gnu}-linux-gnu`, `/usr/lib/${gnu}-linux-gnu`, `/usr/${gnu}-linux-gnu/lib`];
  return found(folders.map((folder) => join(folder, name)));
}

function copyrightOf(name: string, { debian }: Processor): string {
  const names = [name, `${name}-${debian}-cross`, `gcc-12-cross-base`, "gcc-12-base"];
  return found(names.map((one) => `/usr/share/doc/${one}/copyright`));
}

function found(paths: readonly string[]): string {
  const path = paths.find((one) => existsSync(one));
  if (path === undefined) throw new Error(`none of these is there: ${paths.join(", ")} (see .ci/debian-packages.txt)`);
  return path;
}

function putJson(layout: string, mediaType: string, value: object): Descriptor {
  return putBlob(layout, mediaType, Buffer.from(JSON.stringify(value)));
}

function putBlob(layout: string, mediaType: string, bytes: Uint8Array): Descriptor {
  const digest = digestOf(bytes);
  writeFileSync(join(layout, "blobs", digest.replace(":", "/")), bytes);
  return { mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
