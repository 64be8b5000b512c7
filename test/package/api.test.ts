import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exportedDeclarations, undocumented } from "../helpers/declarations.ts";
import { repositoryPath } from "../helpers/repository.ts";

/** The entries of the package that have types. */
function entries(): [name: string, file: string][] {
  const { exports } = JSON.parse(readFileSync(repositoryPath("package.json"), "utf8")) as {
    exports: Record<string, string | { types: string }>;
  };
  return Object.entries(exports).flatMap(([name, target]) =>
    typeof target === "string" ? [] : [[name, target.types]],
  );
}

test("the public interface is the reviewed one", async () => {
  const text = entries().map(([name, file]) => {
    return `// ebpf-map${name.slice(1)}\n\n${exportedDeclarations(repositoryPath(file)).join("\n\n")}\n`;
  });
  await expect(text.join("\n")).toMatchFileSnapshot(repositoryPath("golden", "package", "api.txt"));
});

test.each(entries())("all that ebpf-map%s exports says what it is", (_, file) => {
  expect(undocumented(repositoryPath(file))).toEqual([]);
});
