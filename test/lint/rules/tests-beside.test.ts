import { expect, test } from "vitest";
import { useScratch } from "../../helpers/use-scratch.ts";
import { places, plant } from "../planted.ts";
import { untestedFiles } from "./tests-beside.ts";

const scratch = useScratch();

const WITH_LOGIC = {
  "declared.ts": "export function f(): number {\n  return 1;\n}\n",
  "arrow.ts": "export const f = (): number => 1;\n",
  "expression.ts": "export const f = function (): number {\n  return 1;\n};\n",
  "method.ts": "export class C {\n  m(): void {}\n}\n",
  "made.ts": "export class C {\n  constructor() {}\n}\n",
  "getter.ts": "export const o = {\n  get x(): number {\n    return 1;\n  },\n};\n",
  "inside.ts": "export const table = [{ f: () => 1 }];\n",
};

const WITHOUT = {
  "types.ts": "export interface T {\n  m(): void;\n  readonly f: () => void;\n}\n",
  "table.ts": "export const TABLE = { a: 1 } as const;\n",
  "again.ts": 'export { TABLE } from "./table.ts";\n',
  "declared-only.ts": "export declare function f(): void;\n",
};

function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

test("a file with a function needs a test at its path, one with types or a table needs none", () => {
  const project = plant(scratch, below("src/codec/a", { ...WITH_LOGIC, ...WITHOUT }));
  expect(places(untestedFiles(project)).sort()).toEqual(Object.keys(below("src/codec/a", WITH_LOGIC)).sort());
});

test("a test anywhere else is none", () => {
  const files = {
    ...below("src/query", { "one.ts": WITH_LOGIC["arrow.ts"], "two.ts": WITH_LOGIC["arrow.ts"] }),
    "test/unit/query/one.test.ts": "export {};\n",
    "test/unit/two.test.ts": "export {};\n",
  };
  expect(untestedFiles(plant(scratch, files))).toEqual([
    { path: "src/query/two.ts", what: "it has logic, and no test in test/unit/query/two.test.ts" },
  ]);
});

test("other folders are left alone", () => {
  expect(untestedFiles(plant(scratch, below("src/cli", WITH_LOGIC)))).toEqual([]);
});
