import { describe, expect, test } from "vitest";
import { OutputBuffer, SLACK } from "../../../../src/codec/text/output-buffer.ts";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";

function collecting(capacity: number): { out: OutputBuffer; chunks: Buffer[] } {
  const chunks: Buffer[] = [];
  return { out: new OutputBuffer((bytes) => void chunks.push(Buffer.from(bytes)), { capacity }), chunks };
}

describe("what is written", () => {
  test("comes out once the buffer is over its limit, or when it is flushed", () => {
    const { out, chunks } = collecting(8);
    out.text("12345678");
    expect(chunks).toEqual([]);
    out.text("9");
    out.text("0");
    expect(chunks.map(String)).toEqual(["123456789"]);
    out.flush();
    expect(chunks.map(String)).toEqual(["123456789", "0"]);
    out.flush();
    expect(chunks).toHaveLength(2);
  });

  test("may be larger than the buffer; no chunk is", () => {
    const { out, chunks } = collecting(100);
    const bytes = Uint8Array.from({ length: 5 * SLACK + 7 }, (_, i) => i % 251);
    out.write(bytes);
    out.flush();
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(100 + SLACK);
  });

  test.each([
    ["ASCII", "abc", "616263"],
    ["UTF-8", "é€", "c3a9e282ac"],
    ["what was no UTF-8", "a\udce9", "61e9"],
    ["ASCII before something else", "ab\udcff", "6162ff"],
    ["nothing", "", ""],
  ])("%s as the bytes that it came from", (_name, text, hex) => {
    const { out, chunks } = collecting(100);
    out.text(text);
    out.flush();
    expect(Buffer.concat(chunks).toString("hex")).toBe(hex);
  });

  test("is text of any length", () => {
    const { out, chunks } = collecting(100);
    const text = "0123456789é".repeat(SLACK);
    out.text(text);
    out.flush();
    expect(Buffer.concat(chunks).toString()).toBe(text);
  });
});

test("generated code flushes in the middle and goes on at the start", () => {
  const { out, chunks } = collecting(4);
  out.bytes.set(Buffer.from("abcde"));
  expect(out.flushAt(5)).toBe(0);
  expect(chunks.map(String)).toEqual(["abcde"]);
});

test("texts are replaced unless it is said otherwise", () => {
  expect(new OutputBuffer(() => undefined).shown.mode).toBe("replace");
  expect(new OutputBuffer(() => undefined, { shown: new ShownText("escape") }).shown.mode).toBe("escape");
});

test("what the drain gets can be copied by slice, before and after a move", () => {
  const chunks: Uint8Array[] = [];
  const out = new OutputBuffer((bytes) => void chunks.push(bytes.slice()), { capacity: 64 });
  out.text("a line that is longer than those of few characters\n");
  out.flush();
  out.moveTo(new Uint8Array(64 + SLACK));
  out.text("another line, which takes the place of the first one\n");
  out.flush();
  out.text("the third, after which both have to be as they were\n");
  expect(chunks.map((chunk) => new TextDecoder().decode(chunk).slice(0, 7))).toEqual(["a line ", "another"]);
});
