import { EbpfMapError } from "../errors.ts";
import { findMaps } from "../reader/find.ts";
import { LiveMap } from "../reader/live-map.ts";
import type { MapSource } from "../reader/map-source.ts";
import { readCpuIds } from "../sys/cpus.ts";
import { Fd } from "../sys/fd.ts";
import type { Kernel } from "../sys/kernel.ts";
import { LinuxKernel } from "../sys/linux.ts";
import { ANY_TEXT, checkArgument, type OptionCheck, PATH, RECORD, wholeNumberFrom } from "./check-options.ts";
import { ListedMap } from "./maps/listed-map.ts";
import { abortedWork } from "./reader/read-errors.ts";

/**
 * A map of this kernel: by its id, by its name (which only one map may have), by the path of its pin, by a descriptor,
 * which stays the caller's and must stay open for as long as the reader is used, or as `listMaps` found it.
 */
export type LiveHandle =
  | ({
      /** The id of the map, a whole number below 2^32. Needs CAP_SYS_ADMIN. */
      readonly id: number;
    } & NotBy<"name" | "pinned" | "fd" | "file" | "map">)
  | ({
      /** The name of the map: AMBIGUOUS_MAP if several have it. Needs CAP_SYS_ADMIN. */
      readonly name: string;
    } & NotBy<"id" | "pinned" | "fd" | "file" | "map">)
  | ({
      /** The path of a pin of the map. */
      readonly pinned: string;
    } & NotBy<"id" | "name" | "fd" | "file" | "map">)
  | ({
      /** The number of an open descriptor of the map. */
      readonly fd: number;
    } & NotBy<"id" | "name" | "pinned" | "file" | "map">)
  | ListedMap;

/** The ways to name a map that another one excludes. */
type NotBy<Ways extends string> = { readonly [Way in Ways]?: undefined };

/** A map in a snapshot file that `ebpf-map save` wrote: the only one, or that of a name. */
export interface FileHandle extends NotBy<"id" | "name" | "pinned" | "fd"> {
  /** The path of a snapshot, or of what `bpftool -j map dump` printed. */
  readonly file: string;
  /** The name of the map, where the file has several. */
  readonly map?: string;
}

/** A map to read, by one of the ways to name it. */
export type MapHandle = LiveHandle | FileHandle;

/** Options of opening what takes time to open: a file or a stream. */
export interface OpenOptions {
  /** Ends the opening with ABORTED, whose `cause` is the signal's reason. Once it is open, the signal has no effect. */
  readonly signal?: AbortSignal;
}

/** One check for each way to name a map. */
const HANDLE_CHECKS: Readonly<Record<string, OptionCheck>> = {
  id: { expected: "a whole number below 2^32", accepts: isId },
  name: ANY_TEXT,
  pinned: PATH,
  fd: wholeNumberFrom(0),
  file: PATH,
};

/** Checks a handle that may come from JavaScript or from JSON. Throws USAGE. */
export function checkHandle(handle: unknown): void {
  if (handle instanceof ListedMap) return;
  const doing = "open a map";
  checkArgument(doing, "handle", handle, { ...RECORD, expected: "{ id }, { name }, { pinned }, { fd } or { file }" });
  const given = handle as Readonly<Record<string, unknown>>;
  const names = Object.keys(HANDLE_CHECKS).filter((name) => given[name] !== undefined);
  const [name, other] = names;
  const check = name === undefined ? undefined : HANDLE_CHECKS[name];
  if (name === undefined || check === undefined) {
    throw new EbpfMapError("USAGE", `${doing}: expected { id }, { name }, { pinned }, { fd } or { file }`);
  }
  if (other !== undefined)
    throw new EbpfMapError("USAGE", `${doing}: ${name} and ${other} exclude each other`, { option: other });
  checkArgument(doing, name, given[name], check);
  if (given.map === undefined) return;
  checkArgument(doing, "map", given.map, ANY_TEXT);
  if (name !== "file") throw new EbpfMapError("USAGE", `${doing}: map names one in a file`, { option: "map" });
}

/** True for a map in a file. A way that is undefined isn't the one. */
export function isFileHandle(handle: MapHandle): handle is FileHandle {
  return !(handle instanceof ListedMap) && handle.file !== undefined;
}

let kernel: LinuxKernel | undefined;

/** The kernel that this process runs on; one door for all readers of a thread. */
export function ownKernel(): Kernel {
  kernel ??= new LinuxKernel();
  return kernel;
}

/** Opens the one map of this kernel that is meant. The caller disposes of it. */
export function openLive(handle: LiveHandle, from: Kernel): MapSource {
  if (handle instanceof ListedMap) return openLive({ id: handle.id }, from);
  if (handle.fd !== undefined) return openDescriptor(handle.fd, from);
  if (handle.id !== undefined) return only(findMaps(from, { by: "id", id: handle.id }), `id ${handle.id}`);
  if (handle.pinned !== undefined) return only(findMaps(from, { by: "pinned", path: handle.pinned }), handle.pinned);
  return only(findMaps(from, { by: "name", name: handle.name }), `the name '${handle.name}'`);
}

/** Opens the one map of a snapshot that is meant. The caller disposes of it. Throws ABORTED, too. */
export async function openFile({ file, map: name }: FileHandle, signal?: AbortSignal): Promise<MapSource> {
  const { openMapFile } = await import("../snapshot/read/open-map-file.ts");
  const { maps } = await openMapFile(file, undefined, signal).catch((error: unknown) => {
    throw signal?.aborted === true ? abortedWork(`open ${file}`, signal.reason) : error;
  });
  const meant = maps.filter(({ info }) => name === undefined || info.name === name);
  for (const map of maps) if (!meant.includes(map)) map[Symbol.dispose]();
  return only(meant, name === undefined ? `snapshot ${file}` : `the name '${name}' in snapshot ${file}`);
}

/** The CPUs behind the slots of a live per-CPU value; undefined where the kernel's list of them can't be read. */
export function possibleCpuIds(): readonly number[] | undefined {
  try {
    return readCpuIds("possible");
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}

function openDescriptor(number: number, from: Kernel): MapSource {
  const fd = new Fd(number, () => undefined);
  try {
    const kind = from.objectKind(fd);
    if (kind !== "map") throw new EbpfMapError("NOT_A_MAP", `open descriptor ${number}: it is no map`, { kind });
    return new LiveMap(from, fd);
  } catch (error) {
    fd.close();
    if (error instanceof EbpfMapError) throw error;
    throw new EbpfMapError("NOT_A_MAP", `open descriptor ${number}: there is none`, { fd: number }, error);
  }
}

/** The kernel cuts an id to 32 bits, and would open another map than the one that was meant. */
function isId(id: unknown): boolean {
  return Number.isInteger(id) && (id as number) >= 0 && (id as number) <= 0xffff_ffff;
}

function only(maps: readonly MapSource[], what: string): MapSource {
  const [first, ...others] = maps;
  if (first !== undefined && others.length === 0) return first;
  for (const map of maps) map[Symbol.dispose]();
  if (first === undefined) throw new EbpfMapError("NO_SUCH_MAP", `open a map: none matches ${what}`);
  const ids = maps.map(({ info }) => info.id);
  const message = `open a map: ${maps.length} match ${what}: choose one by id (${ids.join(", ")})`;
  throw new EbpfMapError("AMBIGUOUS_MAP", message, { ids });
}
