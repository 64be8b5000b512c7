import type { Surroundings } from "../output/render/renderer.ts";
import {
  cgroupPaths,
  interfaceNames,
  type KernelSymbols,
  kernelSymbols,
  symbolAt,
  userNames,
} from "../sys/lookup-tables.ts";
import { syscallNames } from "../sys/syscalls.ts";
import type { Context } from "./context.ts";

/** What renderers look up on this machine; each table is read when it is first needed. */
export function surroundingsOf({ origin }: Context): Surroundings {
  const here = once(() => origin());
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

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
