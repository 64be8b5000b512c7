import { hostname } from "node:os";
import { expect, test } from "vitest";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { runMain } from "../../cli/run-main.ts";

const META = { host: hostname(), map: { id: 7, name: "conns" }, time: "1970-01-01T00:00:00.000Z" };

test.for([[], ["--select", "value.packets"], ["--group-by", "key.proto"], ["--sort", "value.packets"]])(
  "with %j, each line begins with the host, the map and the time",
  async (flags) => {
    const words = ["dump", "name", "conns", "-o", "ndjson", ...flags];
    const plain = await runMain(words, { kernel: new QueryKernel() });
    const { stdout, status } = await runMain([...words, "--with-meta"], { kernel: new QueryKernel() });
    const start = `${JSON.stringify(META).slice(0, -1)},`;
    expect(stdout).toBe(plain.stdout.replace(/^\{/gm, start));
    expect([status, stdout === ""]).toEqual([0, false]);
  },
);

test("a snapshot says when it was taken, and not where", async () => {
  const file = repositoryPath("golden", "demo", "connections.ndjson.gz");
  const { stdout } = await runMain(["dump", "file", file, "-o", "ndjson", "--with-meta", "--limit", "1"]);
  expect(JSON.parse(stdout)).toMatchObject({
    host: null,
    map: { name: "connections" },
    time: "2026-11-25T21:28:09.793Z",
  });
});

test("it is for lines of JSON", async () => {
  const { stderr } = await runMain(["dump", "name", "conns", "-o", "csv", "--with-meta"], {
    kernel: new QueryKernel(),
  });
  expect(stderr).toBe("Error: --with-meta needs -o ndjson\n");
});
