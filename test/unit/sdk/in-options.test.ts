import { expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import { inOptions, textInOptions } from "../../../src/sdk/in-options.ts";

test("the flags in the first line of an error are called as the options are; what the user wrote stays", () => {
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

test.each([
  ["(--btf FILE:NAME names one)", '(btf: "FILE:NAME" names one)'],
  ["(--btf FILE brings in its types)", "(btf: FILE brings in its types)"],
  ["(of another kernel? --btf-base FILE names it)", "(of another kernel? btfBase: FILE names it)"],
  ["(--key-type and --value-type name them)", "(types.key and types.value name them)"],
  ["the file exists already (--force replaces it)", "the file exists already (force: true replaces it)"],
  ["not a regular file (- writes to stdout)", "not a regular file (a stream takes it, too)"],
  ["leave out --consume", "leave out consume: true"],
  ["(--per-cpu each keeps them apart)", '(perCpu: "each" keeps them apart)'],
  ["hash maps are read with dump", "hash maps are read with openMap"],
  ["(--select chooses, -o csv or ndjson has all)", '(select chooses, format: "csv" or "ndjson" has all)'],
  ["use --top N, or a --where", "use top N, or a where"],
  ["save /tmp/a--force: no space", "save /tmp/a--force: no space"],
])("%s", (text, expected) => {
  expect(textInOptions(text)).toBe(expected);
});

test("errors without a flag, and those of others, stay what they are", () => {
  const others = [new EbpfMapError("KERNEL", "no such map"), new TypeError("--where"), "--where"];
  expect(others.map(inOptions)).toEqual(others);
  expect(inOptions(others[0])).toBe(others[0]);
});
