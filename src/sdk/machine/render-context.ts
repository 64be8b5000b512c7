import type { RenderContext } from "../../output/render/renderer.ts";
import type { SnapshotMoment } from "../../reader/map-source.ts";
import {
  cgroupPaths,
  interfaceNames,
  type KernelSymbols,
  kernelSymbols,
  symbolAt,
  userNames,
} from "../../sys/lookup-tables.ts";
import { syscallNames } from "../../sys/syscalls.ts";

/** This machine and this moment. */
export type LiveOrigin = () => Pick<SnapshotMoment, "arch" | "bootTimeOffsetNs"> & {
  readonly now: Date;
  readonly kernel: string;
};

/**
 * Returns the name tables for renderers. Tables of this machine are read on first use. For a snapshot there is only
 * what it contains: the names of another machine, or of another day, are unknown.
 */
export function renderContext(now: LiveOrigin, origin: SnapshotMoment | undefined): RenderContext {
  if (origin !== undefined) return snapshotRenderContext(origin);
  const here = once(() => now());
  const interfaces = once(() => interfaceNames());
  const users = once(() => userNames());
  const symbols = once((): KernelSymbols => kernelSymbols());
  const cgroups = once(() => cgroupPaths());
  const syscalls = once(() => syscallNames(here().arch));
  return {
    bootTimeNs: () => here().bootTimeOffsetNs,
    nowNs: () => BigInt(here().now.getTime()) * 1_000_000n,
    interfaceOf: (index) => interfaces().get(index),
    userOf: (uid) => users().get(uid),
    symbolOf: (address) => symbolAt(symbols(), address),
    cgroupOf: (id) => cgroups().get(id),
    syscallOf: (number) => syscalls().get(number),
  };
}

function snapshotRenderContext({ time, bootTimeOffsetNs, arch }: SnapshotMoment): RenderContext {
  const syscalls = once(() => syscallNames(arch));
  return {
    bootTimeNs: () => bootTimeOffsetNs,
    nowNs: () => BigInt(Date.parse(time)) * 1_000_000n,
    interfaceOf: () => undefined,
    userOf: () => undefined,
    symbolOf: () => undefined,
    cgroupOf: () => undefined,
    syscallOf: (number) => syscalls().get(number),
  };
}

function once<Value>(read: () => Value): () => Value {
  let known: { value: Value } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}
