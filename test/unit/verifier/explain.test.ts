import { expect, test } from "vitest";
import { explainVerifierLog, VerifierLogExplainer } from "../../../src/verifier/explain.ts";

const LOG = "0: (b7) r0 = 0\n1: (95) exit\nprocessed 2 insns (limit 1000000)\n";

test.each<[string, unknown, unknown, string]>([
  ["no log", null, {}, "log: expected text or a Uint8Array"],
  ["a number", 5, {}, "log: expected text or a Uint8Array"],
  ["a list", [LOG], {}, "log: expected text or a Uint8Array"],
  ["no options", LOG, null, "options: expected an object"],
  ["a list of options", LOG, [], "options: expected an object"],
  ["an object file by its path", LOG, { object: "prog.o" }, "object: expected a Uint8Array"],
  ["an unknown option", LOG, { obj: new Uint8Array(1) }, 'there is no option "obj" (it has `object`)'],
])("%s is USAGE", (_, log, options, expected) => {
  expect(() => explainVerifierLog(log as string, options as object)).toThrow(
    expect.objectContaining({ code: "USAGE", message: `explain a verifier log: ${expected}` }),
  );
});

test("so is what isn't bytes, in pieces", () => {
  const explainer = new VerifierLogExplainer();
  expect(() => explainer.write(LOG as never)).toThrow(expect.objectContaining({ code: "USAGE" }));
  explainer.write(Buffer.from(LOG));
  expect(explainer.end().programs).toMatchObject([{ outcome: "accepted" }]);
});
