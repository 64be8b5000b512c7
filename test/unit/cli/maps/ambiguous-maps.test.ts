import { expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { fakeObjects, fakeProgram } from "../../../helpers/fake-objects.ts";
import { CommandKernel } from "../command-kernel.ts";
import { runMain } from "../run-main.ts";

const TWINS = [
  "Error: 2 maps match the name 'twins': choose one by id (8, 9)",
  "  id 8  twins  hash  key 4B  value 8B  max_entries 16",
  "  id 9  twins  hash  key 4B  value 8B  max_entries 16",
];

test("maps of one name are described, so that one can be chosen", async () => {
  const { stdout, stderr, status } = await runMain(["watch", "twins"]);
  expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  expect(stderr.trimEnd().split("\n")).toEqual(TWINS);
});

test("with the programs that use them, where these can be told", async () => {
  const objects = fakeObjects({ programs: [fakeProgram(1, { name: "counter", type: 1, mapIds: [9] })] });
  const { stderr } = await runMain(["lookup", "twins", "key", "1", "0", "0", "0"], { objects });
  expect(stderr.trimEnd().split("\n")).toEqual([TWINS[0], TWINS[1], `${TWINS[2]}  counter`]);
  const refusing = fakeObjects({ refused: ["ids"] });
  expect((await runMain(["watch", "twins"], { objects: refusing })).stderr.trimEnd().split("\n")).toEqual(TWINS);
});

test("one that has gone meanwhile is left out", async () => {
  class Losing extends CommandKernel {
    #opened = 0;
    override openMap(id: number): ReturnType<CommandKernel["openMap"]> {
      if (id === 9 && ++this.#opened > 1) throw new EbpfMapError("NO_SUCH_MAP", "gone", { errno: 2 });
      return super.openMap(id);
    }
  }
  const { stderr } = await runMain(["watch", "twins"], { kernel: new Losing() });
  expect(stderr.trimEnd().split("\n")).toEqual(TWINS.slice(0, 2));
});

test("in JSON, bpftool's answer stands alone", async () => {
  const { stdout, stderr } = await runMain(["-j", "lookup", "name", "twins", "key", "1", "0", "0", "0"]);
  expect(stdout).toBe('{"error":"several maps match this handle"}\n');
  expect(stderr).toBe("");
});
