import { expect, test } from "vitest";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { runMain } from "../run-main.ts";

const kernel = new QueryKernel();

test.each<[string, string[], number]>([
  ["some", ["--where", "value.packets >= 0"], 0],
  ["none", ["--where", "value.packets == 123456"], 1],
  ["none, counted", ["--where", "value.packets == 123456", "--count"], 1],
  ["some, counted", ["--count"], 0],
  ["none, in groups", ["--where", "value.packets == 123456", "--group-by", "value.st"], 1],
  ["some, none of which is shown", ["--limit", "0"], 1],
])("dump --fail-empty: %s", async (_, flags, status) => {
  const dump = ["dump", "id", "7", ...flags, "-o", "ndjson"];
  expect((await runMain([...dump, "--fail-empty"], { kernel })).status).toBe(status);
  expect((await runMain(dump, { kernel })).status).toBe(0);
});

test("of several maps of a name, one with entries is enough", async () => {
  const map = (id: number, entries: number): ReturnType<typeof fakeMap> => {
    const fake = fakeMap(entries);
    return { ...fake, info: { ...fake.info, id, name: "twins" } };
  };
  const dump = ["dump", "twins", "-o", "table", "--fail-empty"];
  expect((await runMain(dump, { kernel: new FakeKernel([map(1, 0), map(2, 1)]) })).status).toBe(0);
  expect((await runMain(dump, { kernel: new FakeKernel([map(1, 0), map(2, 0)]) })).status).toBe(1);
});

test("a failure stays a failure", async () => {
  expect((await runMain(["dump", "name", "nosuchmap", "--fail-empty"], { kernel })).status).toBe(255);
  expect((await runMain(["dump", "id", "7", "--fail-empty", "-j"], { kernel })).status).toBe(255);
});
