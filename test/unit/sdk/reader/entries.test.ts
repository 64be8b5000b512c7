import { describe, expect, test } from "vitest";
import { Entries, type Project, readFeed, SyncEntries } from "../../../../src/sdk/reader/entries.ts";
import { Holdings, Read } from "../../../../src/sdk/reader/read.ts";
import { numbered, type SampleMap, sampleMap } from "../../snapshot/sample-maps.ts";

/** The first byte of each key, without those that `skip` names. */
function firstByte(...skip: readonly number[]): Project<number> {
  return (batch, i) => {
    const byte = batch.keys[i * 4];
    return byte === undefined || skip.includes(byte) ? undefined : byte;
  };
}

function read(sample: SampleMap): Read {
  return new Read(new Holdings(sampleMap(sample)), {});
}

async function all(entries: AsyncIterable<number> | Iterable<number>): Promise<number[]> {
  const values: number[] = [];
  for await (const value of entries) values.push(value);
  return values;
}

const FIVE: SampleMap = { entries: numbered(5) };

describe.each([
  ["for", (project: Project<number>, sample: SampleMap) => new SyncEntries(read(sample), project)],
  ["for await", (project: Project<number>, sample: SampleMap) => new Entries(readFeed(read(sample), project))],
])("%s", (_, iterate) => {
  test("gives every entry in order, over the bounds of batches", async () => {
    expect(await all(iterate(firstByte(), FIVE))).toEqual([0, 1, 2, 3, 4]);
  });

  test.each([[[0, 1]], [[4]], [[0, 1, 2, 3, 4]]])("passes over %j", async (skipped) => {
    const rest = [0, 1, 2, 3, 4].filter((n) => !skipped.includes(n));
    expect(await all(iterate(firstByte(...skipped), FIVE))).toEqual(rest);
  });

  test("an early end ends the read", async () => {
    const entries = iterate(firstByte(), FIVE);
    for await (const first of entries) {
      expect(first).toBe(0);
      break;
    }
    expect(await entries.next()).toEqual({ done: true, value: undefined });
  });

  test("an entry that can't be made into a value ends the read with that error", async () => {
    const failure = new Error("no value");
    const entries = iterate((batch, i) => {
      if (batch.keys[i * 4] === 3) throw failure;
      return batch.keys[i * 4];
    }, FIVE);
    const got: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const entry of entries) got.push(entry);
    };
    await expect(loop()).rejects.toBe(failure);
    expect(got).toEqual([0, 1, 2]);
    expect(await entries.next()).toEqual({ done: true, value: undefined });
  });
});

test("calls that don't wait for each other are answered in order", async () => {
  const entries = new Entries(readFeed(read(FIVE), firstByte(1)));
  const answers = await Promise.all(Array.from({ length: 6 }, () => entries.next()));
  expect(answers.map(({ value }) => value)).toEqual([0, 2, 3, 4, undefined, undefined]);
});

test("the report is there during the iteration", async () => {
  const entries = new Entries(readFeed(read(FIVE), firstByte()));
  await entries.next();
  expect(entries.report).toMatchObject({ complete: true, entries: 5 });
  await entries[Symbol.asyncDispose]();
});
