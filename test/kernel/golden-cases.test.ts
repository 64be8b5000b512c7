import { expect, test } from "vitest";
import { DIALECT_VERSIONS } from "../../src/codec/dialect.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { mapNameOf } from "../golden/case.ts";
import { GOLDEN_CASES } from "../golden/cases.ts";
import { wordsFor } from "../golden/expected.ts";
import { differences } from "../helpers/compare.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

/** Those of the map types are compared in map-types.test.ts, with more entries. */
const CASES = GOLDEN_CASES.filter(({ name }) => !name.startsWith("type-") || name === "type-struct-ops");

liveSuite("the golden cases, live", ["kernel", "bpftools", "clang"], () => {
  const scratch = useScratch();
  const kernel = new LinuxKernel();

  test.for(CASES)("$name", async (golden) => {
    const maps = await golden.make(scratch, mapNameOf(golden));
    const [first] = maps.map((map) => String(kernel.mapInfo(map).id));
    const words = maps.length === 1 ? ["id", first ?? ""] : ["name", mapNameOf(golden)];
    const versions = DIALECT_VERSIONS.filter((version) => golden.without?.[version] === undefined);
    for (const command of [["dump", "MAP"], ...(golden.commands ?? [])]) {
      expect(await differences(["map", ...wordsFor(command, words)], { versions })).toEqual([]);
    }
  });
});
