import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import type { Render } from "../../../../src/codec/json/json-program.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { EbpfMapError } from "../../../../src/errors.ts";
import { compileCutValue, type PrintCut } from "../../../../src/output/rows/cut-json.ts";
import { findType } from "../../../../src/stream/type-library.ts";
import { CUT_EVENTS } from "../../../helpers/cut-events.ts";

const PLAIN = { int64: "digits", enums: "name" } as const;

function printer(type: string, render: Render = () => undefined): (hex: string) => string {
  const chunks: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void chunks.push(Buffer.from(bytes)), { capacity: 64 });
  const missing = (name: string) => new EbpfMapError("TYPE_INVALID", `no type ${name}`);
  const print: PrintCut = compileCutValue(findType({ btfs: () => [], missing }, type).layout, PLAIN, render, out);
  return (hex) => {
    const bytes = new Uint8Array(Buffer.from(`eeee${hex}eeee`, "hex"));
    print({ bytes, view: viewOf(bytes), at: 2, length: hex.length / 2 });
    out.flush();
    return Buffer.concat(chunks.splice(0)).toString("utf8");
  };
}

test.each(CUT_EVENTS)("$type of $bytes is $json", ({ type, bytes, json }) => {
  expect(printer(type)(bytes)).toBe(json);
});

test("text that was cut within a character is valid all the same", () => {
  expect(printer("struct { u8 n; char text[8]; }")("0163c3")).toBe('{"n":1,"text":"c\ufffd"}');
});

test("a list of any length goes through a small buffer", () => {
  const numbers = Array.from({ length: 5000 }, (_, i) => i % 256);
  const text = printer("struct { u8 n; u8 data[]; }")(`01${Buffer.from(numbers).toString("hex")}`);
  expect(JSON.parse(text)).toEqual({ n: 1, data: numbers });
});

describe("renderers", () => {
  const hex: Render = ({ layout }) =>
    layout.kind === "array"
      ? { text: (bytes, _view, at) => Buffer.from(bytes.subarray(at, at + layout.size)).toString("hex") }
      : undefined;

  test("of the array at the end get what there is of it", () => {
    expect(printer("struct { u8 n; u8 data[16]; }", hex)("010a0b0c")).toBe('{"n":1,"data":"0a0b0c"}');
    expect(printer("struct { u8 n; u8 data[]; }", hex)("010a0b")).toBe('{"n":1,"data":"0a0b"}');
  });
});
