import { expect, test } from "vitest";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { type Around, type MainRun, runMain } from "../run-main.ts";

/** A map of one flow: from 10.0.0.1 to port 443. */
function kernel(): TypedKernel {
  const btf = new BtfBuilder();
  const be32 = btf.typedef("__be32", btf.int("unsigned int", 4));
  const be16 = btf.typedef("__be16", btf.int("unsigned short", 2));
  const key = btf.struct("flow", 8, [
    { name: "saddr", type: be32, bitOffset: 0 },
    { name: "dport", type: be16, bitOffset: 32 },
    { name: "vlan", type: be16, bitOffset: 48 },
  ]);
  return new TypedKernel(btf, [
    { name: "flows", key, value: btf.int("u32", 4), entries: [["0a00000101bb0001", "07000000"]] },
  ]);
}

async function run(words: readonly string[], around: Around = {}): Promise<MainRun> {
  return await runMain(words, { kernel: kernel(), env: { NO_COLOR: "1" }, ...around });
}

const TERMINAL: Around = { isTerminal: true };
const PLAIN = "   saddr  dport  vlan  value\n16777226  47873   256      7\n";

test.each<[string, string[], string]>([
  ["a table", [], "saddr     dport  vlan  value\n10.0.0.1  443     256      7\n"],
  ["a table that is asked for", ["-o", "table"], "saddr     dport  vlan  value\n10.0.0.1  443     256      7\n"],
  ["--no-render", ["--no-render"], PLAIN],
  [
    "one renderer turned off",
    ["--render", "key.saddr=none"],
    "   saddr  dport  vlan  value\n16777226  443     256      7\n",
  ],
  ["lines of JSON", ["-o", "ndjson"], '{"key":{"saddr":16777226,"dport":47873,"vlan":256},"value":7}\n'],
  ["CSV", ["-o", "csv"], "key.saddr,key.dport,key.vlan,value\n16777226,47873,256,7\n"],
])("on a terminal: %s", async (_, flags, stdout) => {
  expect((await run(["dump", "id", "1", ...flags], TERMINAL)).stdout).toBe(stdout);
});

test("in a pipe, a table has the numbers", async () => {
  expect((await run(["dump", "id", "1", "-o", "table"])).stdout).toBe(PLAIN);
});

test("conditions and keys mean on a terminal what they mean in a pipe", async () => {
  for (const around of [{}, TERMINAL]) {
    const count = ["dump", "id", "1", "--count-only", "-o", "table", "--where"];
    expect((await run([...count, "key.dport == 47873"], around)).stdout).toBe("1\n");
    expect((await run([...count, "key.dport == 443"], around)).stdout).toBe("0\n");
    const key = ["--key", '{"saddr":"10.0.0.1","dport":47873,"vlan":256}', "-o", "ndjson"];
    expect((await run(["lookup", "id", "1", ...key], around)).status).toBe(0);
    expect((await run(["dump", "id", "1", ...key.slice(0, 2)], around)).status).toBe(0);
  }
});

test("a condition that compares what is shown is told how to", async () => {
  const { stderr } = await run(["dump", "id", "1", "--where", "key.dport == 443"], TERMINAL);
  expect(stderr).toContain("did you mean `key.dport == htons(443)`?");
});
