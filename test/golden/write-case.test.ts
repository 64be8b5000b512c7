import { expect, test } from "vitest";
import type { DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { outputFile } from "./recorded.ts";
import { distinctOutputs, failingVersions } from "./write-case.ts";

/** Versions of a time: those that come later change nothing here. */
const VERSIONS = ["5.10", "7.1", "7.5", "7.8"] as const satisfies readonly DialectVersion[];

/** What each version prints, a word a version from the oldest to the newest, and the files that this makes. */
test.for([
  ["a a a a", { "plain.txt": "a" }],
  ["a b b b", { "plain.txt": "b", "plain.5.10.txt": "a" }],
  ["a a b b", { "plain.txt": "b", "plain.7.1.txt": "a" }],
  ["a b b c", { "plain.txt": "c", "plain.7.5.txt": "b", "plain.5.10.txt": "a" }],
  ["a b b a", { "plain.txt": "a", "plain.7.5.txt": "b", "plain.5.10.txt": "a" }],
] as const)("%s", ([prints, files]) => {
  const outputs = [...distinctOutputs(outcomes(prints))];
  const written = outputs.map(([version, bytes]) => [outputFile(["dump", "MAP"], "plain", version), String(bytes)]);
  expect(Object.fromEntries(written)).toEqual(files);
});

test("the outputs of other commands are named for their words", () => {
  const command = ["lookup", "MAP", "key", "hex", "02", "0x00"];
  expect(outputFile(command, "json")).toBe("lookup-key-hex-02-0x00.json.txt");
  expect(outputFile(command, "json", "7.1")).toBe("lookup-key-hex-02-0x00.json.7.1.txt");
  expect(() => outputFile(["lookup", "../x"], "json")).toThrow("no file name can be made of the command lookup ../x");
});

test("all versions fail, some, or none, in each shape alike", () => {
  const of = (prints: string) => [outcomes(prints), outcomes(prints)];
  expect(failingVersions(of("a a a a"))).toBeUndefined();
  expect(failingVersions(of("a! a a a!"))).toEqual(["5.10", "7.8"]);
  expect(failingVersions(of("a! a! a! a!"))).toBe(true);
  expect(() => failingVersions([outcomes("a a a a"), outcomes("a a a a!")])).toThrow(
    "a command fails in one shape and not in another",
  );
});

/** A `!` behind a word is a status other than 0. */
function outcomes(prints: string) {
  const words = prints.split(" ");
  return new Map(
    VERSIONS.map((version, i): [DialectVersion, { stdout: Buffer; ok: boolean }] => {
      const word = words[i] ?? "";
      return [version, { stdout: Buffer.from(word.replace("!", "")), ok: !word.endsWith("!") }];
    }),
  );
}
