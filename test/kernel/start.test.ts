import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { referenceMap } from "../bench/reference-map.ts";
import { run } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

/** A module that has a process append the chunks that it reads to a file. */
function hookInto(loaded: string): string {
  return `
    const fs = require("node:fs");
    const read = fs.readFileSync;
    fs.readFileSync = (path, ...rest) => {
      if (/\\.cjs$/.test(path)) fs.appendFileSync(${JSON.stringify(loaded)}, path + "\\n");
      return read(path, ...rest);
    };`;
}

liveSuite("the start", ["kernel", "build"], () => {
  const scratch = useScratch();

  test.each([
    ["-j dump MAP", ["core"]],
    ["-p dump MAP", ["core"]],
    ["dump MAP", ["core"]],
    ["-j dump PER_CPU_MAP", ["core"]],
    ["-j list", ["core"]],
    ["-j lookup MAP key 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", ["core"]],
    ["dump MAP -o ndjson", ["core", "queries"]],
    ["dump MAP -o json", ["core", "queries"]],
    ["dump MAP -o ndjson --where value.zone>=0", ["core", "queries", "conditions"]],
  ])("%s loads %s", async (command, chunks) => {
    const type = command.includes("PER_CPU") ? "percpu_hash" : "hash";
    const pin = scratch.pin(scratch.own(referenceMap(4, { type, name: "start" })), "start");
    const [hook, loaded] = [join(scratch.folder, "hook.cjs"), join(scratch.folder, "loaded")];
    writeFileSync(hook, hookInto(loaded));
    writeFileSync(loaded, "");
    const words = command.split(" ").flatMap((word) => (word.endsWith("MAP") ? ["pinned", pin] : word));
    const options = ["--require", hook, repositoryPath("bin", "ebpf-map.js")];
    const { stderr } = await run(process.execPath, [...options, ...words]);
    expect(stderr).toBe("");
    const files = readFileSync(loaded, "utf8").trim().split("\n");
    expect(files.map((file) => basename(file, ".cjs"))).toEqual(chunks);
  });
});
