import type { DialectVersion } from "../../../src/codec/bpftool/dialect.ts";
import type { Fd } from "../../../src/sys/fd.ts";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { commandsOf, type GoldenCase, mapNameOf } from "../../golden/case.ts";
import { MAP_TYPE_CASES } from "../../golden/cases/map-types.ts";
import { GOLDEN_CASES } from "../../golden/cases.ts";
import { wordsFor } from "../../golden/recorded.ts";
import { differences } from "../../helpers/compare.ts";
import { Scratch } from "../../helpers/scratch.ts";
import { errnoOf } from "./checks.ts";

export interface ComparedCases {
  readonly made: number;
  /** Runs of bpftool and ebpf-map whose bytes were compared. */
  readonly compared: number;
  /** Cases whose maps this kernel refuses, with its reason. */
  readonly absent: readonly string[];
  readonly failures: readonly string[];
}

const kernel = new LinuxKernel();

/** Pretty JSON is JSON with line breaks, whatever the kernel. */
const SHAPES_COMPARED = ["plain", "json"] as const;

/**
 * Makes the maps of every golden case in this kernel, and compares what ebpf-map and bpftool print for them. The map
 * types, which are what depends on the kernel, are compared with every bpftool; the rest with one each, taking turns,
 * since what differs between bpftools is the golden suite's business. `quick`: the map types and the newest bpftool.
 */
export async function compareCases(bpftools: readonly DialectVersion[], quick: boolean): Promise<ComparedCases> {
  const absent: string[] = [];
  const failures: string[] = [];
  let made = 0;
  let compared = 0;
  for (const [i, golden] of (quick ? MAP_TYPE_CASES : GOLDEN_CASES).entries()) {
    const right = bpftools.filter((version) => !isWrong(golden, version));
    const one = right.at(quick ? -1 : i % right.length);
    const versions = one === undefined || (!quick && MAP_TYPE_CASES.includes(golden)) ? right : [one];
    const scratch = new Scratch();
    try {
      const maps = await makeOrExcuse(golden, scratch);
      if (typeof maps === "string") absent.push(maps);
      else {
        made += 1;
        const runs = await caseDifferences(golden, maps, versions);
        compared += runs.compared;
        failures.push(...runs.found);
      }
    } catch (error) {
      failures.push(`${golden.name}: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      scratch[Symbol.dispose]();
    }
  }
  return { made, compared, absent, failures };
}

/** The cases with bools that are neither 0 nor 1. */
const BOOLS: ReadonlySet<string> = new Set(["values/arrays/of-each-kind", "values/ints/bool"]);

/**
 * Debian's bpftools 7.5 and 7.8 for arm64 tell a bool by its lowest bit, so that 2 is false; those for x86-64 don't.
 */
function isWrong({ name }: GoldenCase, version: DialectVersion): boolean {
  return process.arch === "arm64" && BOOLS.has(name) && (version === "7.5" || version === "7.8");
}

/** An older kernel knows fewer map types and kinds of BTF, and says so with an errno. */
async function makeOrExcuse(golden: GoldenCase, scratch: Scratch): Promise<readonly Fd[] | string> {
  try {
    return await golden.make(scratch, mapNameOf(golden));
  } catch (error) {
    if (errnoOf(error) === undefined && !/ended with status/.test(String(error))) throw error;
    return `${golden.name}: ${String(error)}`;
  }
}

async function caseDifferences(
  golden: GoldenCase,
  maps: readonly Fd[],
  bpftools: readonly DialectVersion[],
): Promise<{ compared: number; found: string[] }> {
  const ids = maps.map((map) => kernel.mapInfo(map).id);
  const words = ids.length === 1 ? ["id", String(ids[0])] : ["name", mapNameOf(golden)];
  const versions = bpftools.filter((version) => golden.without?.[version] === undefined);
  const commands = commandsOf(golden);
  const found: string[] = [];
  for (const command of commands) {
    const differing = await differences(["map", ...wordsFor(command, words)], { versions, shapes: SHAPES_COMPARED });
    found.push(...differing.map((difference) => `${golden.name}: ${difference}`));
  }
  return { compared: commands.length * versions.length * SHAPES_COMPARED.length, found };
}
