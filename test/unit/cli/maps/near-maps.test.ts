import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FakeKernel } from "../../../helpers/fake-kernel.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../run-main.ts";

const scratch = useScratch();

async function said(...args: string[]): Promise<string> {
  const { stdout, stderr, status } = await runMain(args, { kernel: new QueryKernel() });
  expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  return stderr;
}

describe("what the user may have meant", () => {
  test.each([
    ["cons", "no map has the name 'cons'; did you mean 'conns'?"],
    ["count", "no map has the name 'count'; did you mean 'counts'?"],
    ["at", "no map has the name 'at'; did you mean 'latency'?"],
    ["elephant", "no map has the name 'elephant' (list shows all)"],
    ["", "no map has the name '' (list shows all)"],
  ])("by the name '%s'", async (name, message) => {
    expect(await said("dump", "name", name)).toBe(`Error: ${message}\n`);
  });

  test("by an id", async () => {
    expect(await said("dump", "id", "999")).toBe("Error: open map id 999 (list shows all maps)\n");
  });

  test("by an option", async () => {
    expect(await said("dump", "id", "7", "--slect=key")).toBe(
      "Error: there is no option --slect=key (did you mean --select?)\n",
    );
    expect(await said("dump", "id", "7", "--elephant")).toBe("Error: there is no option --elephant\n");
  });

  test("by a path", async () => {
    const folder = join(scratch.folder, "pins");
    const path = join(folder, "cons");
    const pinned = (): Promise<string> => said("dump", "pinned", path);
    expect(await pinned()).toContain(" (list -f shows where maps are pinned)\n");
    mkdirSync(folder);
    expect(await pinned()).toContain(` (${folder} is empty; list -f shows where maps are pinned)\n`);
    for (const name of ["a1", "b2", "c3", "d4", "e5", "f6"]) writeFileSync(join(folder, name), "");
    expect(await pinned()).toContain(` (${folder} has a1, b2, c3, d4, e5 and 1 more)\n`);
    writeFileSync(join(folder, "conns"), "");
    expect(await pinned()).toContain(`; did you mean '${join(folder, "conns")}'?\n`);
    rmSync(folder, { recursive: true });
  });

  test("a machine without maps has nothing to offer", async () => {
    const { stderr } = await runMain(["dump", "name", "conns"], { kernel: new FakeKernel([]) });
    expect(stderr).toBe("Error: no map has the name 'conns' (list shows all)\n");
  });
});
