import { expect, test } from "vitest";
import { useScratch } from "../../helpers/use-scratch.ts";
import { expectedPlaces, places, plant } from "../planted.ts";
import { namesOfSeveral } from "./one-name.ts";

const scratch = useScratch();

test("a name that two modules export is found; overloads, names passed on, names of one module and commands aren't", () => {
  const files = {
    "src/a.ts": `
      export interface Place { readonly n: number }
      export function sum(a: number): number;
      export function sum(a: bigint): bigint;
      export function sum(a: number | bigint): number | bigint { return a; }
      const inner = 1;
      export const [pair, LIMIT] = [inner, 2];
      export const TABLE = 1, OTHER = 2;
    `,
    "src/b.ts": `
      export class Place {} // found
      export const sum = 1; // found
      export enum OTHER { a } // found
      const inner = 2;
      export const twice = inner * 2;
      export type { TABLE } from "./a.ts";
    `,
    "src/c.ts": "export type Place = string; // found\n",
    "src/cli/commands/dump.ts": "export async function run(): Promise<void> {}\n",
    "src/cli/commands/list.ts": "export async function run(): Promise<void> {}\n",
  };
  expect(places(namesOfSeveral(plant(scratch, files))).sort()).toEqual(expectedPlaces(files).sort());
});
