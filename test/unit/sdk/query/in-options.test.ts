import { expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { inOptions } from "../../../../src/sdk/query/in-options.ts";

test("the flags in the first line of a query's error are called as the options are; what the user wrote stays", () => {
  const error = new EbpfMapError(
    "QUERY_INVALID",
    "--group-by: --max-groups is 3\n  value.a--group-by",
    { at: 3 },
    "why",
  );
  expect(inOptions(error)).toMatchObject({
    code: "QUERY_INVALID",
    message: "groupBy: maxGroups is 3\n  value.a--group-by",
    details: { at: 3 },
    cause: "why",
  });
});

test("other errors stay what they are", () => {
  const others = [new EbpfMapError("KERNEL", "--where"), new TypeError("--where"), "--where"];
  expect(others.map(inOptions)).toEqual(others);
});
