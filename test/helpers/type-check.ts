import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./bpftools.ts";
import { repositoryPath } from "./repository.ts";

/** Stricter than most programs are. */
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  isolatedDeclarations: true,
  isolatedModules: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
};

/**
 * Compiles files that import `ebpf-map/runtime` as the package has it, and returns the compiler's messages; "" if there
 * are none. The package must have been built.
 */
export async function typeCheck(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const compilerOptions = {
    ...STRICT,
    module: "nodenext",
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    declaration: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [repositoryPath("node_modules", "@types")],
    paths: { "ebpf-map/runtime": [repositoryPath("dist", "codegen", "runtime.d.ts")] },
  };
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const { stdout } = await run(repositoryPath("node_modules", ".bin", "tsc"), ["-p", folder]);
  return stdout.toString();
}
