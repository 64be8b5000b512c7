import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { textFromBytes } from "../bytes.ts";

/** The most folders of control groups to visit. */
const MAX_CGROUPS = 100_000;

/** Returns the names of the network interfaces in this process's namespace, by index. */
export function interfaceNames(folder = "/sys/class/net"): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const name of folderNames(folder)) {
    const index = Number(textOf(join(folder, name, "ifindex")));
    if (Number.isInteger(index) && index > 0) names.set(index, name);
  }
  return names;
}

/** Returns the names of this machine's users by id; the first name where an id has several. */
export function userNames(file = "/etc/passwd"): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of textOf(file).split("\n")) {
    const [name, , uid] = line.split(":");
    if (name === undefined || uid === undefined || !/^\d+$/.test(uid) || names.has(Number(uid))) continue;
    names.set(Number(uid), name);
  }
  return names;
}

/** Kernel symbols in the order of their addresses. */
export interface KernelSymbols {
  readonly addresses: BigUint64Array;
  readonly names: readonly string[];
}

/** Reads the kernel's symbols. Without rights all addresses read as zero, and there are none. */
export function kernelSymbols(file = "/proc/kallsyms"): KernelSymbols {
  const symbols: [bigint, string][] = [];
  for (const line of textOf(file).split("\n")) {
    const [address, , name] = line.split(/\s/, 3);
    if (name === undefined || !/^[0-9a-f]{1,16}$/.test(address ?? "") || /^0+$/.test(address ?? "")) continue;
    symbols.push([BigInt(`0x${address}`), name]);
  }
  // The sort is stable: of several names of one address the first in the file comes last and is found.
  symbols.reverse().sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return { addresses: BigUint64Array.from(symbols, ([address]) => address), names: symbols.map(([, name]) => name) };
}

/** Finds the symbol that begins at an address or nearest below it. */
export function symbolAt(
  { addresses, names }: KernelSymbols,
  address: bigint,
): { readonly name: string; readonly offset: bigint } | undefined {
  let low = 0;
  for (let high = addresses.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((addresses[middle] as bigint) <= address) low = middle + 1;
    else high = middle;
  }
  const name = names[low - 1];
  return name === undefined ? undefined : { name, offset: address - (addresses[low - 1] as bigint) };
}

/** Returns the paths of control groups by id, which is the inode number of their folder. */
export function cgroupPaths(root = "/sys/fs/cgroup"): ReadonlyMap<bigint, string> {
  const paths = new Map<bigint, string>();
  const todo = [""];
  for (let path = todo.pop(); path !== undefined && paths.size < MAX_CGROUPS; path = todo.pop()) {
    try {
      paths.set(statSync(root + path, { bigint: true }).ino, path === "" ? "/" : path);
    } catch {
      continue;
    }
    for (const name of folderNames(root + path)) todo.push(`${path}/${name}`);
  }
  return paths;
}

function folderNames(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((one) => one.isDirectory() || one.isSymbolicLink()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** A file's text, or "" if it can't be read: numbers then stay without names. */
function textOf(file: string): string {
  try {
    return textFromBytes(readFileSync(file));
  } catch {
    return "";
  }
}
