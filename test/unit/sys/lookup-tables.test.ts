import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cgroupPaths, interfaceNames, kernelSymbols, symbolAt, userNames } from "../../../src/sys/lookup-tables.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

const scratch = useScratch();

function file(name: string, text: string): string {
  const path = join(scratch.folder, name);
  writeFileSync(path, text);
  return path;
}

test("users", () => {
  const path = file(
    "passwd",
    "root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\nbroken\nu:x:1000:1000::/home/u:/bin/sh\n",
  );
  expect([...userNames(path)]).toEqual([
    [0, "root"],
    [1000, "u"],
  ]);
  expect(userNames("/nowhere").size).toBe(0);
});

test("interfaces", () => {
  const folder = join(scratch.folder, "net");
  for (const [name, index] of [
    ["lo", "1\n"],
    ["eth0", "7\n"],
    ["odd", "x"],
  ] as const) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "ifindex"), index);
  }
  expect(new Map([...interfaceNames(folder)].sort())).toEqual(
    new Map([
      [1, "lo"],
      [7, "eth0"],
    ]),
  );
  expect(interfaceNames("/nowhere").size).toBe(0);
});

describe("kernel symbols", () => {
  test("the nearest below an address", () => {
    const symbols = kernelSymbols(
      file(
        "kallsyms",
        "ffffffff81000000 T first\nffffffff81000000 T also\nffffffff81000100 t second\t[module]\nno line\n",
      ),
    );
    expect(symbolAt(symbols, 0xffffffff81000000n)).toEqual({ name: "first", offset: 0n });
    expect(symbolAt(symbols, 0xffffffff810000ffn)).toEqual({ name: "first", offset: 0xffn });
    expect(symbolAt(symbols, 0xffffffff81000100n)).toEqual({ name: "second", offset: 0n });
    expect(symbolAt(symbols, 1n)).toBeUndefined();
  });

  test("none where they are hidden", () => {
    const symbols = kernelSymbols(file("kallsyms", "0000000000000000 T first\n"));
    expect(symbolAt(symbols, 5n)).toBeUndefined();
  });
});

test("control groups", () => {
  const root = join(scratch.folder, "cgroup");
  mkdirSync(join(root, "a.slice", "b.service"), { recursive: true });
  const inode = (path: string): bigint => statSync(join(root, path), { bigint: true }).ino;
  const paths = cgroupPaths(root);
  expect(paths.get(inode("."))).toBe("/");
  expect(paths.get(inode("a.slice/b.service"))).toBe("/a.slice/b.service");
  expect(paths.size).toBe(3);
});
