import { expect, test } from "vitest";
import { useScratch } from "../../helpers/use-scratch.ts";
import { expectedPlaces, places, plant } from "../planted.ts";
import { outlivingReturns } from "./outlives-block.ts";

const scratch = useScratch();

const DECLARATIONS = `
  interface Fd { [Symbol.dispose](): void; [Symbol.asyncDispose](): Promise<void> }
  declare function open(): Fd;
  declare function read(fd: Fd): Promise<number>;
  declare function size(fd: Fd): number;
  declare function maybe(fd: Fd): number | Promise<number>;
  declare function entries(fd: Fd): Generator<number>;
  declare function batches(fd: Fd): AsyncGenerator<number>;
  declare const cached: boolean;
`;

test("promises and generators that are returned out of a block that ends something are found", () => {
  const files = {
    "src/found.ts": `${DECLARATIONS}
      export async function check(): Promise<number> {
        using fd = open();
        if (cached) return read(fd); // found
        return await read(fd);
      }
      export function plain(): Promise<number> {
        using fd = open();
        return read(fd); // found
      }
      export const arrow = async () => {
        await using fd = open();
        return read(fd).then((n) => n + 1); // found
      };
      export async function either(): Promise<number> {
        using fd = open();
        return cached ? await read(fd) : read(fd); // found
      }
      export async function perhaps(): Promise<number> {
        using fd = open();
        return maybe(fd); // found
      }
      export async function nested(): Promise<number> {
        using fd = open();
        for (const _ of [1]) {
          if (cached) {
            return read(fd); // found
          }
        }
        return 0;
      }
      export async function loop(): Promise<number> {
        for (using fd of [open()]) return read(fd); // found
        return 0;
      }
      export async function choice(n: number): Promise<number> {
        switch (n) {
          case 1:
            using fd = open();
            return read(fd); // found
          default:
            return 0;
        }
      }
      export function lazy(): Generator<number> {
        using fd = open();
        return entries(fd); // found
      }
      export function lazier(): AsyncGenerator<number> {
        using fd = open();
        return batches(fd); // found
      }
      export async function last(): Promise<number> {
        const fd = open();
        try {
          return read(fd); // found
        } finally {
          fd[Symbol.dispose]();
        }
      }
      export function lastOfAll(): Promise<number> {
        const fd = open();
        try {
          return read(fd); // found
        } catch {
          return read(fd); // found
        } finally {
          fd[Symbol.dispose]();
        }
      }
      export async function caught(fd: Fd): Promise<number> {
        try {
          return read(fd); // found
        } catch {
          return 0;
        }
      }
      export class Map {
        async count(): Promise<number> {
          using fd = open();
          return read(fd); // found
        }
      }
      export const object = {
        get count(): Promise<number> {
          using fd = open();
          return read(fd); // found
        },
      };
    `,
  };
  expect(places(outlivingReturns(plant(scratch, files)))).toEqual(expectedPlaces(files));
});

test("what is awaited, is no promise, or leaves no such block isn't", () => {
  const files = {
    "src/sound.ts": `${DECLARATIONS}
      export async function awaited(): Promise<number> {
        using fd = open();
        if (cached) return size(fd);
        return (await read(fd)) + 1;
      }
      export async function before(fd: Fd): Promise<number> {
        if (cached) return read(fd);
        using own = open();
        return size(own);
      }
      export async function behind(fd: Fd): Promise<number> {
        {
          using own = open();
          if (size(own) > 0) return 1;
        }
        return read(fd);
      }
      export async function within(): Promise<number> {
        using fd = open();
        const again = async () => {
          return read(fd);
        };
        return await again();
      }
      export async function recovered(fd: Fd): Promise<number> {
        try {
          return await read(fd);
        } catch {
          return read(fd);
        }
      }
      export function thrown(fd: Fd): Promise<number> {
        try {
          return read(fd);
        } catch {
          return Promise.resolve(0);
        }
      }
      export async function* generated(): AsyncGenerator<number, number> {
        using fd = open();
        yield size(fd);
        return read(fd);
      }
      export async function nothing(): Promise<void> {
        using fd = open();
        await read(fd);
        return;
      }
    `,
  };
  expect(outlivingReturns(plant(scratch, files))).toEqual([]);
});
