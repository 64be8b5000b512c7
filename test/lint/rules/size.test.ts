import { expect, test } from "vitest";
import { useScratch } from "../../helpers/use-scratch.ts";
import { plant } from "../planted.ts";
import { fullFolders, longFiles, wideComments } from "./size.ts";

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

test("a comment of 121 columns is found, one of 120 and code of any width aren't", () => {
  const text = (columns: number) => "x".repeat(columns);
  const project = plant(scratch, {
    "src/a/wide.ts": [
      `// ${text(118)}`,
      `/** ${text(117)}`,
      ` * ${text(118)}`,
      " */",
      `  // ${text(115)}`,
      `/** ${text(116)}`,
      ` * ${text(117)}`,
      " */",
      `export const code = "${text(200)}";`,
    ].join("\n"),
  });
  const what = "a comment of 121 columns; 120 at most";
  expect(wideComments(project)).toEqual([1, 2, 3].map((line) => ({ path: "src/a/wide.ts", line, what })));
});
