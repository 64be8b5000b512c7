import { expect, test } from "vitest";
import { lookUp, lookUpSync } from "../../../../src/sdk/reader/look-up.ts";
import { Holdings } from "../../../../src/sdk/reader/read.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

/** A map that answers every lookup with an errno, at once or later. */
function answering(errno: number | Promise<number>): Holdings {
  return new Holdings({ ...sampleMap({ info: { keySize: 0 } }), lookup: () => errno });
}

test("the bytes of a value, as many as all CPUs have", async () => {
  const holdings = new Holdings(sampleMap({ info: { keySize: 0 }, peek: Uint8Array.of(1, 2, 3), cpus: 2 }));
  for (const value of [await lookUp(holdings, null, {}), lookUpSync(holdings, null)]) {
    expect(value).toHaveLength(16);
    expect([...(value ?? [])].slice(0, 4)).toEqual([1, 2, 3, 0]);
  }
});

test("no such key is undefined, any other errno is thrown", async () => {
  const none = [await lookUp(answering(2), Uint8Array.of(1), {}), lookUpSync(answering(2), null)];
  expect(none).toEqual([undefined, undefined]);
  const refused = expect.objectContaining({ code: "NO_PERMISSION", details: expect.objectContaining({ errno: 1 }) });
  expect(() => lookUpSync(answering(1), null)).toThrow(refused);
  await expect(lookUp(answering(1), null, {})).rejects.toEqual(refused);
});

test("a map with keys has nothing that comes next: the kernel isn't asked", async () => {
  const keyed = new Holdings({ ...sampleMap(), lookup: () => 14 });
  const refused = expect.objectContaining({ code: "USAGE", message: expect.stringContaining("(get takes one)") });
  expect(() => lookUpSync(keyed, null)).toThrow(refused);
  await expect(lookUp(keyed, null, {})).rejects.toEqual(refused);
});

test("a closed reader, a signal and a time limit end it", async () => {
  const closed = answering(0);
  closed[Symbol.dispose]();
  expect(() => lookUpSync(closed, null)).toThrow(expect.objectContaining({ code: "CLOSED" }));
  const signal = AbortSignal.abort("why");
  await expect(lookUp(answering(0), null, { signal })).rejects.toMatchObject({ code: "ABORTED", cause: "why" });
  await expect(lookUp(answering(0), null, { timeout: -1 })).rejects.toMatchObject({ code: "TIMEOUT" });
  await expect(lookUp(answering(0), null, { timeout: "x" } as never)).rejects.toMatchObject({ code: "USAGE" });
});

test("a reader that is closed while a file is read is what is told, not what the read fails with", async () => {
  let fail: (error: Error) => void = () => undefined;
  const holdings = answering(
    new Promise<number>((_, reject) => {
      fail = reject;
    }),
  );
  const looking = lookUp(holdings, null, {});
  holdings[Symbol.dispose]();
  fail(new Error("bad file descriptor"));
  await expect(looking).rejects.toMatchObject({ code: "CLOSED" });
});
