import { expect, test } from "vitest";
import { useScratch } from "../../helpers/use-scratch.ts";
import { plant } from "../planted.ts";
import { fullFolders, longFiles } from "./size.ts";

const scratch = useScratch();

test("a file of 401 lines is found, one of 400 isn't", () => {
  const lines = (count: number) => "export {};\n".repeat(count);
  const project = plant(scratch, { "src/a/long.ts": lines(401), "src/a/full.ts": lines(400) });
  expect(longFiles(project)).toEqual([{ path: "src/a/long.ts", what: "401 lines; 400 at most" }]);
});

test("a folder of 21 modules is found, one of 20 isn't", () => {
  const folder = (name: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`src/${name}/m${i}.ts`, "export {};\n"]));
  const project = plant(scratch, { ...folder("pile", 21), ...folder("room", 20), ...folder("room/inner", 20) });
  expect(fullFolders(project)).toEqual([{ path: "src/pile", what: "21 modules; 20 at most" }]);
});
