import { expect, type TestContext, test } from "vitest";
import { EbpfMapError } from "../../src/errors.ts";
import { EINVAL } from "../../src/sys/errno.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { commandsOf, type GoldenCase, mapNameOf, versionsOf } from "../golden/case.ts";
import { GOLDEN_CASES } from "../golden/cases.ts";
import { wordsFor } from "../golden/recorded.ts";
import { differences } from "../helpers/compare.ts";
import { liveSuite, skip } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

/** Those of the map types are compared in map-types.test.ts, with more entries. */
const CASES = GOLDEN_CASES.filter(({ name }) => !name.startsWith("types/") || name === "types/struct-ops/btf");

liveSuite("the golden cases, live", ["kernel", "bpftools", "clang", "libbpf"], () => {
  const scratch = useScratch();
  const kernel = new LinuxKernel();

  test.for(CASES)("$name", async (golden, context) => {
    const maps = await makeOrSkip(golden, context);
    const [first] = maps.map((map) => String(kernel.mapInfo(map).id));
    const words = maps.length === 1 ? ["id", first ?? ""] : ["name", mapNameOf(golden)];
    const versions = versionsOf(golden);
    for (const command of commandsOf(golden)) {
      expect(await differences(["map", ...wordsFor(command, words)], { versions })).toEqual([]);
    }
  });

  /** A kernel that is older than a kind of BTF, or stricter with names, refuses it. */
  async function makeOrSkip(golden: GoldenCase, context: TestContext): Promise<readonly Fd[]> {
    try {
      return await golden.make(scratch, mapNameOf(golden));
    } catch (error) {
      if (!(error instanceof EbpfMapError) || error.details.errno !== EINVAL) throw error;
      return skip(context, golden.name, `a kernel that accepts it (${error.message})`);
    }
  }
});
