import { EngineMachine, InterpreterMachine, type openMachine } from "../../../src/codec/text/machine.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { Random } from "../../helpers/random.ts";
import { randomPrint } from "../../helpers/random-programs.ts";
import type { Target } from "../target.ts";

const PAGE = 1 << 16;
const compiled: typeof openMachine = (bytes, out, host) => new EngineMachine(Math.ceil(bytes / PAGE) + 32, out, host);
const interpreted: typeof openMachine = (bytes, out, host) => new InterpreterMachine(bytes, out, host);

/**
 * Programs of random layouts, on random bytes and outputs as small as can be: the engine says what the interpreter
 * says.
 */
export const PROGRAMS: Target = {
  name: "programs of layouts",
  input: (random) => random.bytes(4),
  run(input) {
    const seed = new DataView(input.buffer, input.byteOffset).getUint32(0, true);
    try {
      const { name, print } = randomPrint(new Random(seed));
      const [fast, right] = [print(compiled), print(interpreted)];
      for (const part of ["text", "notes", "replaced"] as const) {
        if (fast[part] !== right[part]) throw new Error(`${name}, seed ${seed}: ${part} differs`);
      }
      return true;
    } catch (error) {
      if (error instanceof EbpfMapError) return false;
      throw error;
    }
  },
};
