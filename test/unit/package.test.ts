import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

/** What is installed with ebpf-map, by path: from the lock file, so the same on every machine. */
function installedPackages(): [path: string, locked: LockedPackage][] {
  const { packages } = JSON.parse(readFileSync(repositoryPath("package-lock.json"), "utf8"));
  const all = Object.entries(packages as Record<string, LockedPackage>);
  return all.filter(([path, { dev }]) => path !== "" && dev !== true);
}

test("what is installed with it, under which licence", async () => {
  const lines = installedPackages().map(([path, { license }]) => {
    return `${path.replace(/^.*node_modules\//, "")}  ${license ?? "no licence given"}\n`;
  });
  await expect([...new Set(lines)].sort().join("")).toMatchFileSnapshot(
    repositoryPath("golden", "package", "licences.txt"),
  );
});

test("no licence asks for more than to be named", () => {
  const licences = new Set(installedPackages().map(([, { license }]) => license));
  expect([...licences].sort()).toEqual(["BSD-3-Clause", "ISC", "MIT"]);
});

test("no package needs a script at installation: npm is told to run none", () => {
  const withScript = installedPackages().filter(([, { hasInstallScript }]) => hasInstallScript === true);
  // koffi's compiles it where none of its binaries fits; for Linux they come as packages, which is what is used here.
  expect(withScript.map(([path]) => path)).toEqual(["node_modules/koffi"]);
  const { allowScripts } = JSON.parse(readFileSync(repositoryPath("package.json"), "utf8"));
  expect(allowScripts).toEqual({ koffi: false });
});

test("the lock file names no registry", () => {
  expect(readFileSync(repositoryPath("package-lock.json"), "utf8")).not.toMatch(/"resolved"/);
});

liveSuite("the package", ["build"], () => {
  const paths = packedFiles();

  test("brings the licences of what is bundled, none of which asks for more than its text and a notice", () => {
    const { packages } = JSON.parse(readFileSync(repositoryPath("package-lock.json"), "utf8"));
    const text = readFileSync(repositoryPath("dist", "cli", "licences.txt"), "utf8");
    const bundled = Object.entries(packages as Record<string, LockedPackage>).filter(([path, { version }]) => {
      return text.includes(`${path.replace(/^.*node_modules\//, "")} ${version}\n\n`);
    });
    const licences = bundled.map(([path, { license }]) => `${path.replace(/^.*node_modules\//, "")}  ${license}\n`);
    expect(new Set(bundled.map(([, { license }]) => license))).toEqual(
      new Set(["0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MIT"]),
    );
    expect(licences).toContain("apache-arrow  Apache-2.0\n");
    expect(text).toContain("Copyright 2017-2025 The Apache Software Foundation\n\nThis product includes software");
  });

  test("has these files, the bundled command, and of dist one for each of src", async () => {
    const others = paths.filter((path) => !path.startsWith("dist/"));
    await expect(`${others.join("\n")}\n`).toMatchFileSnapshot(repositoryPath("golden", "package", "files.txt"));
    expect(paths).toContain("dist/cli/core.cjs");
    for (const path of paths.filter((name) => name.startsWith("dist/"))) {
      const source = path.replace(/^dist/, "src").replace(/(?:\.d\.ts|\.js)$/, ".ts");
      // What the bundler calls its parts is its own business.
      const known =
        /^dist\/(?:cli\/(?:licences\.txt|[^/]+\.(?:cjs|code))|page\/(?:page\.(?:js|css)|licences\.txt)|chunks\/[^/]+\.js)$/.test(
          path,
        ) || existsSync(repositoryPath(source));
      expect([path, known]).toEqual([path, true]);
    }
  });

  test("has no tests, no secrets and nothing of this machine", () => {
    expect(
      paths.filter((path) => /^(?:test|src\/(?!manual\/)|bin\/build|\.)|\.env|node_modules|\.map$/.test(path)),
    ).toEqual([]);
  });

  function packedFiles(): string[] {
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const output = execFileSync("npm", args, {
      cwd: repositoryPath(),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ files }] = JSON.parse(output);
    return (files as { path: string }[]).map(({ path }) => path).sort();
  }
});
