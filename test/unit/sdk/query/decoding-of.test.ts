import { expect, test } from "vitest";
import { DEFAULT_DECODE_OPTIONS } from "../../../../src/codec/access/value-decoder.ts";
import { decodingOf } from "../../../../src/sdk/query/decoding-of.ts";
import { connectionsOf, readerOf } from "../sample-readers.ts";

test("an open reader decodes as it was opened, a map that is only named by the defaults", () => {
  using reader = readerOf(connectionsOf(1), { int64: "string", enums: "number" });
  expect(decodingOf(reader)).toMatchObject({ ...DEFAULT_DECODE_OPTIONS, int64: "string", enums: "number" });
  expect(decodingOf({ id: 7 })).toEqual(DEFAULT_DECODE_OPTIONS);
});
