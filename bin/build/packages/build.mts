import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { PROCESSORS, type Processor } from "../processors.ts";
import { writeArchive } from "./archive.ts";
import { writeChecksums } from "./checksums.ts";
import { writeDebianPackage } from "./debian.ts";
import { writeImage } from "./image.ts";
import { writeSbom } from "./sbom.ts";

// `npm run build:packages [-- ARCH...]`: writes the packages for each processor, the image, the list of what is in them
// and the checksums into artefacts/. The executables must be there: `npm run build:single`.

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const out = resolve("artefacts");
const wanted = process.argv.slice(2);
const processors = PROCESSORS.filter(({ arch }) => wanted.length === 0 || wanted.includes(arch));

mkdirSync(resolve(".cache"), { recursive: true });
const work = mkdtempSync(resolve(".cache", "packages."));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
for (const processor of processors) requireExecutable(processor);
const sbom = join(out, `ebpf-map-${version}.spdx.json`);
await writeSbom(sbom);
await Promise.all(processors.map(packagesFor));
await writeImage(processors, { version, work: join(work, "image"), path: join(out, `ebpf-map-${version}-oci.tar`) });
writeChecksums(out);

async function packagesFor(processor: Processor): Promise<void> {
  const { arch, debian } = processor;
  await writeDebianPackage(processor, {
    version,
    work: join(work, `debian-${arch}`),
    path: join(out, `ebpf-map_${version}_${debian}.deb`),
  });
  await writeArchive(processor, {
    version,
    sbom,
    work: join(work, `archive-${arch}`),
    path: join(out, `ebpf-map-${version}-linux-${arch}.tar.zst`),
  });
}

function requireExecutable({ arch }: Processor): void {
  const file = join(out, `ebpf-map-linux-${arch}`);
  if (!existsSync(file)) throw new Error(`${file} is missing (run npm run build:single first)`);
}
