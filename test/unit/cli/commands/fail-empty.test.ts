import { expect, test } from "vitest";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { runMain } from "../run-main.ts";

const kernel = new QueryKernel();

test.each<[string, string[], number]>([
  ["some", ["--where", "value.packets >= 0"], 0],
  ["none", ["--where", "value.packets == 123456"], 1],
  ["none, counted", ["--where", "value.packets == 123456", "--count-only"], 1],
  ["some, counted", ["--count-only"], 0],
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

test.each<[string, string[], number]>([
  ["list, some", ["list", "--where", "id == 7"], 0],
  ["list, none", ["list", "--where", "id == 12345"], 1],
  ["list of a type that there is none of", ["list", "--type", "arena"], 1],
  ["stats, some", ["stats", "--where", "id == 7"], 0],
  ["stats, none", ["stats", "--where", "id == 12345"], 1],
  ["stats, none in groups", ["stats", "--where", "id == 12345", "--group-by", "type"], 1],
  ["stats --watch, some", ["stats", "--watch", "--count", "1", "--where", "id == 7"], 0],
  ["stats --watch, none", ["stats", "--watch", "--count", "1", "--where", "id == 12345"], 1],
  ["watch, some", ["watch", "id", "13", "--count", "1", "--where", "key == 1"], 0],
  ["watch, none", ["watch", "id", "13", "--count", "1", "--where", "key == 12345"], 1],
  ["dump --watch, none", ["dump", "id", "13", "--watch", "--count", "1", "--where", "key == 12345"], 1],
  ["diff, something to compare", ["diff", "id", "13", "id", "13", "--where", "key == 1"], 0],
  ["diff, nothing to compare", ["diff", "id", "13", "id", "13", "--where", "key == 12345"], 2],
])("%s", async (_, words, status) => {
  expect((await runMain([...words, "--fail-empty"], { kernel })).status).toBe(status);
  expect((await runMain(words, { kernel })).status).toBe(0);
});

test("list of no maps is a failure in bpftool's formats, too, which stay what they are", async () => {
  const none = new FakeKernel([]);
  for (const style of [[], ["-j"], ["-p"]]) {
    expect((await runMain(["list", "--fail-empty", ...style], { kernel: none })).status).toBe(1);
    const list = await runMain(["list", ...style], { kernel });
    expect(await runMain(["list", "--fail-empty", ...style], { kernel })).toEqual(list);
  }
});

test("a watch that kept something at first has kept something", async () => {
  const read = ["watch", "id", "13", "--interval", "10ms", "--where", "value == 5", "--fail-empty"];
  const once = await runMain([...read, "--count", "2"], { kernel, tick: 1 });
  expect(once.status).toBe(0);
  expect(once.stdout).toContain('"value":5');
});

test("a diff that compared nothing says so", async () => {
  const { stderr } = await runMain(["diff", "id", "13", "id", "13", "--where", "key > 99", "--fail-empty"], { kernel });
  expect(stderr).toContain("Note: no entry of either map was compared (--fail-empty)\n");
});

test("a failure stays a failure", async () => {
  expect((await runMain(["dump", "name", "nosuchmap", "--fail-empty"], { kernel })).status).toBe(255);
  expect((await runMain(["dump", "id", "7", "--fail-empty", "-j"], { kernel })).status).toBe(255);
});
