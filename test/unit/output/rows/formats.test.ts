import { describe, expect, test } from "vitest";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { type MakeWriter, printQuery } from "../../query/run-query.ts";
import { CONNS, csv, json, silent, table, yaml } from "./row-formats.ts";

describe("without loss, what is no UTF-8", () => {
  async function escaped(make: MakeWriter): Promise<Buffer> {
    const shown = new ShownText("escape");
    const asked = { where: "key.dport == 80", select: "value.comm" };
    const { bytes } = await printQuery(CONNS, asked, make, new QueryKernel(), shown);
    expect(shown.note("")).toBeUndefined();
    return bytes;
  }

  test("is an escape in JSON and YAML, visible in a table, and as it is in CSV", async () => {
    expect((await escaped(silent(json(false)))).toString()).toBe('{"value.comm":"\\u001b]0;x\\u0007é\\udcff"}\n');
    expect((await escaped(silent(yaml()))).toString()).toBe('- value.comm: "\\u001b]0;x\\u0007é\\udcff"\n');
    expect((await escaped(silent(table()))).toString()).toBe("comm\n\\e]0;x\\x07é\\xff\n");
    expect((await escaped(silent(csv()))).toString("latin1")).toBe(
      `value.comm\r\n\u001b]0;x\u0007${Buffer.from("é").toString("latin1")}\u00ff\r\n`,
    );
  });
});
