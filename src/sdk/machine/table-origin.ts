import { readFileSync } from "node:fs";
import { replaceInvalid } from "../../bytes.ts";
import type { TableOrigin } from "../../output/columns/origin-notes.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import type { LiveOrigin } from "./render-context.ts";

/** The parts of a map by which a file of columns says where its rows come from. */
export type DescribedMap = Pick<MapSource, "info" | "origin" | "machine">;

/** The name of this machine. */
export function hostName(): string {
  return process.getBuiltinModule("node:os").hostname();
}

/** The kernel's id of this boot; "" where there is none. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

/** Describes a map, and this machine now or those of the snapshot that it comes from. */
export function tableOrigin(source: DescribedMap | undefined, now: LiveOrigin, version: string): TableOrigin {
  const { info, origin, machine } = source ?? {};
  const map = info && { id: info.id, name: replaceInvalid(info.name), type: mapTypeName(info.type) ?? `${info.type}` };
  const tool = `ebpf-map ${version}`;
  if (origin !== undefined) {
    const { time, bootTimeOffsetNs } = origin;
    return { map, kernel: machine?.kernel, host: undefined, bootTimeOffsetNs, time: new Date(time), tool };
  }
  const { kernel, bootTimeOffsetNs, now: time } = now();
  return { map, kernel, host: hostName(), bootTimeOffsetNs, time, tool };
}
