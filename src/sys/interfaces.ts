import { readdirSync, readFileSync, statSync } from "node:fs";

/** The paths of this process's network namespace and interfaces. */
export interface InterfacePaths {
  readonly namespace: string;
  readonly interfaces: string;
}

const PATHS: InterfacePaths = { namespace: "/proc/self/ns/net", interfaces: "/sys/class/net" };

/**
 * Returns the name of the network interface that a map is offloaded to, or undefined if the interface is in another
 * network namespace or can't be looked up. The namespace is compared by 32 bits of its device and inode, as bpftool
 * does.
 */
export function interfaceName(
  at: { readonly ifindex: number; readonly netnsDev: bigint; readonly netnsIno: bigint },
  paths: InterfacePaths = PATHS,
): string | undefined {
  try {
    const here = statSync(paths.namespace, { bigint: true });
    if (here.dev !== BigInt.asUintN(32, at.netnsDev) || here.ino !== BigInt.asUintN(32, at.netnsIno)) return undefined;
    return readdirSync(paths.interfaces).find((name) => indexOf(`${paths.interfaces}/${name}`) === at.ifindex);
  } catch {
    // There need be neither a /proc nor a /sys.
    return undefined;
  }
}

function indexOf(folder: string): number | undefined {
  try {
    return Number(readFileSync(`${folder}/ifindex`, "latin1"));
  } catch {
    return undefined;
  }
}
