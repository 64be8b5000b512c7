import { EbpfMapError } from "../../errors.ts";

/**
 * A function made of source text at run time: the names of its parameters, then its body. All code that this program
 * generates comes through here. Throws UNSUPPORTED_PLATFORM where this Node may not generate any.
 */
export function compileFunction(...namesAndBody: readonly string[]): ReturnType<FunctionConstructor> {
  try {
    return new Function(...namesAndBody);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    const cure = "--disallow-code-generation-from-strings is set, maybe in NODE_OPTIONS: run it without";
    throw new EbpfMapError(
      "UNSUPPORTED_PLATFORM",
      `compile a decoder: Node may not generate code here (${cure})`,
      {},
      error,
    );
  }
}
