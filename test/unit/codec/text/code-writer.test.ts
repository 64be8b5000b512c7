import { describe, expect, it } from "vitest";
import { CodeWriter } from "../../../../src/codec/text/code-writer.ts";
import { OutputBuffer, SLACK } from "../../../../src/codec/text/output-buffer.ts";
import { Random } from "../../../helpers/random.ts";

/** Runs collected code on a small output buffer and gives what came out of it. */
function run(code: CodeWriter): Buffer {
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => parts.push(Buffer.from(bytes)), { capacity: 256 });
  const put = (p: number, text: string): number => p + Buffer.from(out.bytes.buffer).write(text, p);
  const body = new Function("o", "b", "w", "L", "put", `let p = o.pos;\n${code.source}o.pos = p;`);
  body(out, out.bytes, out.view, out.limit, put);
  out.flush();
  return Buffer.concat(parts);
}

const HOSTILE = '"); process.exit(7); ("`$' + "{1}*/";

describe("CodeWriter", () => {
  it("stores literals of every length and of every byte", () => {
    const random = new Random(3);
    for (let length = 0; length < 40; length++) {
      const code = new CodeWriter();
      const literal = random.bytes(length);
      code.literal(literal);
      code.literal("|");
      expect(run(code)).toEqual(Buffer.concat([literal, Buffer.from("|")]));
    }
  });

  it.each([
    ["a NaN", [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]],
    ["a signalling NaN", [1, 0, 0, 0, 0, 0, 0xf0, 0x7f]],
    ["negative zero", [0, 0, 0, 0, 0, 0, 0, 0x80]],
    ["infinity", [0, 0, 0, 0, 0, 0, 0xf0, 0xff]],
  ])("keeps eight bytes that are %s as a float64", (_name, bytes) => {
    const code = new CodeWriter();
    code.literal(Uint8Array.from(bytes));
    expect([...run(code)]).toEqual(bytes);
  });

  it("merges literals, and takes the position with it where something of unknown length is written", () => {
    const code = new CodeWriter();
    code.literal('{"a":');
    code.literal("[");
    code.advance('put(@, "12345")', 5);
    code.literal("]");
    code.advance('put(@, "")', 0);
    code.literal("}");
    expect(run(code).toString()).toBe('{"a":[12345]}');
  });

  it("never puts a literal's text into the source", () => {
    const code = new CodeWriter();
    code.literal(HOSTILE);
    expect(code.source).not.toMatch(/exit|process/);
    expect(run(code).toString()).toBe(HOSTILE);
  });

  it("stays within the slack, whatever is written between two looks at the limit", () => {
    const code = new CodeWriter();
    const name = "x".repeat(3 * SLACK);
    code.literal(name);
    for (let i = 0; i < 5000; i++) code.advance('put(@, "0123456789")', 10);
    expect(run(code).toString()).toBe(name + "0123456789".repeat(5000));
  });
});
