import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
// biome-ignore lint/correctness/useImportExtensions: its types are beside it, in engine.d.mts
import { compileEngine, sourceDigest } from "../../../../bin/build/engine.mjs";
import { ENGINE } from "../../../../src/codec/text/engine-bytes.ts";
import { EngineMachine, InterpreterMachine, type openMachine } from "../../../../src/codec/text/machine.ts";
import { OPERATIONS } from "../../../../src/codec/text/operations.ts";
import * as Op from "../../../../src/codec/text/ops.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { CHECKS, outcome } from "../../../helpers/text-checks.ts";

const PAGE = 1 << 16;
const interpreted: typeof openMachine = (bytes, out, host) => new InterpreterMachine(bytes, out, host);
const engineOf =
  (code?: Uint8Array<ArrayBuffer>): typeof openMachine =>
  (bytes, out, host) =>
    new EngineMachine(Math.ceil(bytes / PAGE) + 32, out, host, code);

describe("the engine that is built", () => {
  test.each(["once", "and once more"])("has the same bytes as its sources give, %s", async () => {
    expect(Buffer.from(await compileEngine()).toString("base64")).toBe(ENGINE);
  });

  test("names the sources that it is made of", () => {
    expect(readFileSync(repositoryPath("src", "codec", "text", "engine-bytes.ts"), "utf8")).toContain(sourceDigest());
  });

  test("stays small", () => {
    expect(Buffer.from(ENGINE, "base64").length).toBeLessThan(12 * 1024);
  });
});

test("every operation has a row, and a check that uses it", () => {
  const names = Object.keys(Op).filter(
    (name) => !["MAX_LITERAL", "STACK_BYTES", "NAME_HAS_NOTE", "NOTE_BEFORE_NAME"].includes(name),
  );
  expect(OPERATIONS.map(({ name }) => name).sort()).toEqual(names.sort());
  const used = new Set(CHECKS.flatMap(({ name }) => name.split(" ")));
  expect(names.filter((name) => !used.has(name) && !["END", "BITS"].includes(name))).toEqual([]);
});

describe.each([
  ["as it is built", false],
  ["with assertions", true],
])("the engine %s", (_, asserts) => {
  let open: typeof openMachine;
  beforeAll(async () => {
    open = engineOf(await compileEngine({ asserts }));
  });

  test.each(CHECKS.map((check) => [check.name, check] as const))("does %s as the interpreter does", (_name, check) => {
    for (const capacity of [16, 300, 1 << 16]) {
      expect(outcome(check, open, capacity)).toEqual(outcome(check, interpreted, capacity));
    }
  });
});
