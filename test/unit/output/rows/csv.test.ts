import { describe, expect, test } from "vitest";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { QueryKernel, textMap } from "../../../helpers/query-kernel.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { printQuery } from "../../query/run-query.ts";
import { NUMBERS, TEXTS } from "./odd-texts.ts";
import { CONNS, csv, HITS, printed, silent } from "./row-formats.ts";

describe("csv", () => {
  test("paths, quotes and line ends", async () => {
    const text = await printed(CONNS, { select: "key.dport,value.comm,value.load,value.slots" }, csv());
    expect(text).toBe(
      "key.dport,value.comm,value.load,value.slots\r\n" +
        '443,nginx,0.5,"[0,0,0,0]"\r\n53,"dns,""x""",NaN,"[1,2,3,4]"\r\n80,\u001b]0;x\u0007é\ufffd,-Infinity,"[0,0,0,0]"\r\n',
    );
  });

  test("what a terminal would obey is made visible on one", async () => {
    expect(await printed(CONNS, { where: "key.dport == 80", select: "value.comm" }, csv({ isTerminal: true }))).toBe(
      "value.comm\n\\e]0;x\\x07é\ufffd\n",
    );
  });

  test("elements have columns", async () => {
    const [head] = (await printed(CONNS, {}, csv())).split("\r\n");
    expect(head).toBe(
      "key.saddr,key.dport,key.proto,value.packets,value.bytes,value.delta,value.st,value.comm," +
        "value.mac[0],value.mac[1],value.mac[2],value.mac[3],value.mac[4],value.mac[5],value.zone,value.seen,value.load," +
        "value.slots[0],value.slots[1],value.slots[2],value.slots[3]",
    );
  });

  test("CPUs are rows", async () => {
    expect(await printed(HITS, { where: "key == 2" }, csv())).toBe(
      "key,cpu,value.packets,value.last_ns,value.who,value.st\r\n2,0,1,3,a,ST_NEW\r\n2,1,2,2,b,ST_SYN\r\n",
    );
  });
});

test.each([{}, { isSafe: true }, { isTerminal: true }])(
  "more names than a program of the text engine takes, %o",
  async (form) => {
    const btf = new BtfBuilder();
    const name = "N".repeat(500);
    const values = Array.from({ length: 50_000 }, (_, i): [string, number] => [name, i]);
    const members = ["a", "b", "c"].map((member, i) => ({
      name: member,
      type: btf.enum(member, values),
      bitOffset: 32 * i,
    }));
    const value = btf.struct("names", 12, members);
    const key = btf.int("u32", 4);
    const kernel = new TypedKernel(btf, [{ id: 50, key, value, entries: [["01000000", "4fc3000050c300000a000000"]] }]);
    const { text } = await printQuery(50, { select: "value.*" }, silent(csv(form)), kernel);
    expect(text.replaceAll("\r", "").replaceAll(name, "NAME")).toBe("value.a,value.b,value.c\nNAME,50000,NAME\n");
  },
);

describe("csv for spreadsheets", () => {
  const TEXTS = ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "\nx", "＝1", "x=1", " =1", "", "'=1"];
  const NUMBERS = [-1, -0.5, Number.NEGATIVE_INFINITY, Number.NaN, -1e-7, -1e300];
  const rows = TEXTS.map((text, i): [string, number] => [text, NUMBERS[i % NUMBERS.length] ?? 0]);
  const kernel = new QueryKernel([textMap(50, rows)]);

  test("marks as text what may be a formula, and no number", async () => {
    const { text } = await printQuery(50, {}, silent(csv({ isSafe: true })), kernel);
    const cells = text.split("\r\n").slice(1, -1);
    expect(cells).toEqual([
      "'=1+1,-1",
      "'+x,-0.5",
      "'-x,'-Infinity",
      "'@x,NaN",
      "'\tx,-1e-7",
      '"\'\rx",-1e+300',
      '"\'\nx",-1',
      "'＝1,-0.5",
      "x=1,'-Infinity",
      " =1,NaN",
      ",-1e-7",
      "'=1,-1e+300",
    ]);
  });

  test("only where that is asked for", async () => {
    const { text } = await printQuery(50, { limit: 1 }, silent(csv()), kernel);
    expect(text).toBe("key,value\r\n=1+1,-1\r\n");
  });
});

describe("texts and numbers that readers might take for something else", () => {
  const rows = TEXTS.map((text, i): [string, number] => [text, NUMBERS[i % NUMBERS.length] ?? 0]);
  const kernel = new QueryKernel([textMap(50, rows)]);

  test("csv", async () => {
    const { text } = await printQuery(50, {}, silent(csv()), kernel);
    const [head, ...lines] = csvRows(text);
    expect(head).toEqual(["key", "value"]);
    expect(lines.map(([key, value]) => [key, Number(value)])).toEqual(rows);
  });

  /** The rows of a text, strictly by the grammar of RFC 4180. */
  function csvRows(text: string): string[][] {
    const read: string[][] = [[]];
    const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
    while (field.lastIndex < text.length) {
      const match = field.exec(text);
      if (match === null) throw new Error("no field of RFC 4180");
      read.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
      if (match[3] !== ",") read.push([]);
    }
    return read.slice(0, -1);
  }
});
