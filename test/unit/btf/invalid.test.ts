import { expect, test } from "vitest";
import { ifValid, invalidBtf } from "../../../src/btf/invalid.ts";
import { EbpfMapError } from "../../../src/errors.ts";

test.each([
  [{}, "read BTF: broken"],
  [{ typeId: 7 }, "read BTF: type 7: broken"],
  [{ offset: 0 }, "read BTF: at byte 0: broken"],
  [{ typeId: 7, offset: 340 }, "read BTF: type 7 at byte 340: broken"],
])("an error with the place %j", (place, message) => {
  const error = invalidBtf("read BTF", "broken", place, new Error("cause"));
  expect(error).toMatchObject({ code: "BTF_INVALID", message, details: place, cause: new Error("cause") });
});

test("malformed BTF has no answer; any other error is one", () => {
  const fail = (code: "BTF_INVALID" | "USAGE") => (): never => {
    throw new EbpfMapError(code, "no");
  };
  expect(ifValid(() => 3)).toBe(3);
  expect(ifValid(fail("BTF_INVALID"))).toBeUndefined();
  expect(() => ifValid(fail("USAGE"))).toThrow("no");
});
