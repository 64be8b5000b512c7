import { beforeAll, expect, test } from "vitest";
// biome-ignore lint/correctness/useImportExtensions: its types are beside it, in engine.d.mts
import { compileEngine } from "../../../../bin/build/engine.mjs";
import { EngineMachine, InterpreterMachine, type openMachine } from "../../../../src/codec/text/machine.ts";
import { Random } from "../../../helpers/random.ts";
import { randomPrint } from "../../../helpers/random-programs.ts";

const PAGE = 1 << 16;
const ROUNDS = 100;
const interpreted: typeof openMachine = (bytes, out, host) => new InterpreterMachine(bytes, out, host);

let checked: typeof openMachine;
beforeAll(async () => {
  const code = await compileEngine({ asserts: true });
  checked = (bytes, out, host) => new EngineMachine(Math.ceil(bytes / PAGE) + 32, out, host, code);
});

test.each([1, 2, 3, 4, 5, 6])(
  "programs of random layouts, part %i: no read outside an entry, no write outside the output, the interpreter's text",
  (part) => {
    for (let round = 0; round < ROUNDS; round++) {
      const { name, print } = randomPrint(new Random(part * 1_000_003 + round));
      expect({ name, round, ...print(checked) }).toEqual({ name, round, ...print(interpreted) });
    }
  },
);
