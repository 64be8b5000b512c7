import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./bpftools.ts";
import { repositoryPath } from "./repository.ts";

/** As a careful program's author has it. */
const TSCONFIG = {
  compilerOptions: {
    module: "nodenext",
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    types: ["node"],
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    outDir: "out",
  },
  include: ["*.ts"],
};

/**
 * Makes the folder into a package of its own that has this one installed, as `npm pack` packs it, beside the packages
 * that it needs. What is to be packed must have been built.
 */
export async function installPackage(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "ebpf-map"), { recursive: true });
  for (const name of readdirSync(repositoryPath("node_modules"))) {
    if (!name.startsWith(".") && name !== "ebpf-map")
      symlinkSync(repositoryPath("node_modules", name), join(modules, name));
  }
  const packed = await succeed("npm", [
    "pack",
    "--silent",
    "--ignore-scripts",
    "--pack-destination",
    folder,
    repositoryPath(),
  ]);
  const tarball = join(folder, packed.trim().split("\n").at(-1) ?? "");
  await succeed("tar", ["-xzf", tarball, "-C", join(modules, "ebpf-map"), "--strip-components=1"]);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
}

/** Compiles the programs in the folder into `out`; returns what the compiler says, "" if it is content. */
export async function compile(folder: string): Promise<string> {
  const { stdout } = await run(repositoryPath("node_modules", ".bin", "tsc"), ["-p", folder]);
  return stdout.toString();
}

async function succeed(program: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout.toString();
}
