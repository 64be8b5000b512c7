import { describe, expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import { JsonWriter } from "../../../../src/output/bpftool/json-writer.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";

function written(write: (json: JsonWriter) => void, isPretty = false, version = "7.8"): string {
  const collected = new CollectedOutput();
  write(new JsonWriter(collected.out, dialectOf(version), isPretty));
  return collected.bytes.toString("latin1");
}

describe("containers", () => {
  test.each<[string, (json: JsonWriter) => void, compact: string, pretty: string]>([
    ["an empty object", (j) => j.open("{").close("}"), "{}", "{}"],
    ["an empty array", (j) => j.open("[").close("]"), "[]", "[]"],
    [
      "members",
      (j) => j.open("{").name("a").raw("1").name("b").string("x").close("}"),
      '{"a":1,"b":"x"}',
      '{\n    "a": 1,\n    "b": "x"\n}',
    ],
    ["elements", (j) => j.open("[").raw("1").raw("2").close("]"), "[1,2]", "[1,2\n]"],
    ["bytes", (j) => j.hexBytes(Uint8Array.of(0, 255)), '["0x00","0xff"]', '["0x00","0xff"\n]'],
    ["no bytes", (j) => j.hexBytes(new Uint8Array(0)), "[]", "[]"],
    [
      "objects in an array",
      (j) => {
        j.open("[");
        for (const id of ["1", "2"]) j.open("{").name("id").raw(id).close("}");
        j.close("]").end();
      },
      '[{"id":1},{"id":2}]\n',
      '[{\n        "id": 1\n    },{\n        "id": 2\n    }\n]\n',
    ],
  ])("%s", (_name, write, compact, pretty) => {
    expect(written(write)).toBe(compact);
    expect(written(write, true)).toBe(pretty);
  });

  test("go on behind what an encoder has written", () => {
    const write = (isAny: boolean) => (json: JsonWriter) => {
      json.open("[");
      if (isAny) json.wroteElements();
      json.close("]");
    };
    expect([written(write(true), true), written(write(false), true)]).toEqual(["[\n]", "[]"]);
  });
});

describe("strings", () => {
  test.each<[text: string, newest: string, old: string]>([
    ['a"b', '"a\\"b"', '"a\\"b"'],
    ["a\\b", '"a\\\\b"', '"a\\nb"'],
    ["a\nb", '"a\\nb"', '"a\\nb"'],
    ["\udce9", '"\xe9"', '"\xe9"'],
  ])("%j", (text, newest, old) => {
    expect(written((j) => j.string(text))).toBe(newest);
    expect(written((j) => j.string(text), false, "7.1")).toBe(old);
  });

  test("the first that isn't valid JSON is kept", () => {
    const { out } = new CollectedOutput();
    const json = new JsonWriter(out, dialectOf("7.8"), false);
    json.open("{").name("fine").string("fine");
    expect(json.invalid).toBeUndefined();
    json.name("a\u0001").string("\udce9");
    expect(json.invalid).toEqual({ text: "a\u0001", reason: expect.stringContaining("control characters") });
  });
});
