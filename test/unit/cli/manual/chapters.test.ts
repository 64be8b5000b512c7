import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { manualChapters } from "../../../../src/cli/manual/chapters.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../run-main.ts";

const scratch = useScratch();

test("chapters are the Markdown files of a folder, with their first heading as title", () => {
  writeFileSync(join(scratch.folder, "filters.md"), "text\n# The `--where` flag\n# second\n");
  writeFileSync(join(scratch.folder, "bare.md"), "text\n");
  writeFileSync(join(scratch.folder, "notes.txt"), "# no\n");
  expect(manualChapters(scratch.folder).map(({ name, title }) => [name, title])).toEqual([
    ["bare", "bare"],
    ["filters", "The --where flag"],
  ]);
  expect(manualChapters(join(scratch.folder, "nowhere"))).toEqual([]);
});

describe("the manual of this package", () => {
  const chapters = manualChapters();

  test("is listed by help", async () => {
    const { stdout } = await runMain(["help"]);
    for (const { name, title } of chapters) expect(stdout.replace(/\s+/g, " ")).toContain(`${name} ${title}`);
  });

  test("is shown by help, and fits the terminal but for code", async () => {
    for (const { name, title } of chapters) {
      const { stdout, stderr, status } = await runMain(["help", "manual", name], { env: { COLUMNS: "72" } });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(stdout.replace(/\s+/g, " ")).toContain(title);
      for (const line of stdout.split("\n")) if (!line.startsWith("    ")) expect(line.length).toBeLessThanOrEqual(72);
    }
  });
});
