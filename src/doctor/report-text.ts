import { visible } from "../output/terminal/visible.ts";
import { errnoText } from "../sys/errno.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { BpfMount, Environment } from "./environment.ts";
import type { StyleComparison } from "./self-check.ts";

const MARKS = { fault: "FAULT", limit: "LIMIT", remark: "note" } as const;

/** The report as text: a line for each fact, then what is wrong with its cure. */
export function reportText(environment: Environment, findings: readonly Diagnosis[]): string {
  const { kernel, kernelBtf, rights, sysctls } = environment;
  const lines = [
    fact("kernel", `${kernel.release} on ${kernel.arch}, ${kernel.possibleCpus ?? "?"} possible CPUs`),
    fact("kernel's BTF", kernelBtf === null ? "none" : `${kernelBtf} bytes`),
    fact(
      "user",
      `uid ${rights.uid}, ${rights.capabilities.join(" ") || "no capability for bpf(2)"}${namespace(rights)}`,
    ),
    ...Object.entries(sysctls).map(([name, value]) => fact(name, value ?? "not there")),
    fact("maps", mapsText(environment)),
    ...batchLines(environment),
    ...environment.bpffs.map((mount) => fact("bpffs", mountText(mount))),
    fact("bpftool", bpftoolText(environment)),
    fact("node", environment.node),
    ...findings.map(({ kind, what, cure }) => `${MARKS[kind]}: ${what}\n    cure: ${cure}`),
  ];
  if (findings.every(({ kind }) => kind === "remark")) lines.push("maps of this machine can be read");
  return `${lines.map((line) => line.split("\n").map(visible).join("\n")).join("\n")}\n`;
}

/** The outcome of `--self-check`, a line for each style. */
export function comparisonText(comparisons: readonly StyleComparison[], map: string, bpftool: string): string {
  return comparisons
    .map((comparison) => `${map}, ${comparison.style}: ${outcomeText(comparison, bpftool)}\n`)
    .map((line) => line.split("\n").map(visible).join("\n"))
    .join("");
}

function outcomeText({ outcome, ourBytes, theirBytes, stable }: StyleComparison, bpftool: string): string {
  switch (outcome) {
    case "same":
      return `${bpftool} prints the same ${ourBytes} bytes`;
    case "different":
      return `${bpftool} prints ${theirBytes} bytes, ebpf-map ${ourBytes}: NOT the same`;
    case "changed": {
      const agreed = stable === 0 ? "" : `; the ${stable} entries that stayed as they were are printed alike`;
      return `the map changed meanwhile, so the dumps can't be the same${agreed}`;
    }
  }
  return outcome satisfies never;
}

function fact(name: string, value: string): string {
  return `${`${name}:`.padEnd(34)}${value}`;
}

function namespace({ userNamespace }: Environment["rights"]): string {
  return userNamespace ? ", in a user namespace" : "";
}

function mapsText({ maps, unavailable }: Environment): string {
  if (maps === undefined) return unavailable ?? "";
  return maps.errno === 0 ? `${maps.maps}` : `can't be listed (${errnoText(maps.errno).toLowerCase()})`;
}

function batchLines({ maps }: Environment): string[] {
  const types = Object.entries(maps?.batch ?? {});
  const named = (offered: boolean): string =>
    types.flatMap(([name, batch]) => (batch === offered ? name : [])).join(" ");
  if (types.length === 0) return [];
  return [fact("read in batches", named(true) || "none"), fact("read key by key", named(false) || "none")];
}

function mountText({ path, mode, readableMaps }: BpfMount): string {
  return `${path}, mode ${mode ?? "unknown"}, ${readableMaps} readable maps pinned`;
}

function bpftoolText({ bpftool }: Environment): string {
  if (bpftool === undefined) return "none found";
  const { path, version, compat, known } = bpftool;
  return `${path}, version ${version ?? "unknown"} (${known ? "known: " : "unknown, closest is "}--compat ${compat})`;
}
