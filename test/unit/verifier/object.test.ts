import { describe, expect, test } from "vitest";
import { explainVerifierLog } from "../../../src/verifier/explain.ts";
import { ProgramObject } from "../../../src/verifier/object/program-object.ts";
import { recordedLogs, recordedObject } from "../../verifier/helpers/golden-logs.ts";

/** Objects that are kept because the kernel's log says no line. */
describe.each(["clang14", "clang19"])("objects of %s", (compiler) => {
  test("a function by its name, with path, line and column", () => {
    const source = open("stack/combined", compiler).functionLine("third");
    expect(source).toMatchObject({ text: "static __noinline int third(struct __sk_buff *skb)", line: 4 });
    expect(source?.file).toMatch(/programs\/stack\/combined\.bpf\.c$/);
  });

  test("instructions of the functions behind the program's own, in libbpf's order", () => {
    const object = open("stack/combined", compiler);
    const lines = Array.from({ length: 150 }, (_, pc) => object.lineAt("program", pc, undefined)?.line);
    const order = lines.filter((line, at) => line !== undefined && line !== lines[at - 1]);
    // program (line 20 and on) calls second (12 and on), which calls third (4 and on).
    expect(order.findIndex((line) => (line ?? 0) >= 20)).toBeLessThan(order.indexOf(14));
    expect(order.indexOf(14)).toBeLessThan(order.indexOf(6));
  });

  test("the function that uses most stack", () => {
    expect(open("stack/combined", compiler).largestFrame("program")?.line).toBe(4);
  });

  test("the member of a CO-RE relocation", () => {
    const object = open("btf/missing-field", compiler);
    const found = Array.from({ length: 8 }, (_, pc) => object.relocationAt("program", pc)).find(Boolean);
    expect(found).toBe("struct task_struct.no_such_field_here");
  });

  test("columns of lines that the log says too", () => {
    const log = recordedLogs("btf/missing-field").find((one) => one.kernel === "6.18" && one.compiler === "clang19");
    const object = recordedObject("btf/missing-field", "clang19");
    const { refusal } = explainVerifierLog(log?.text ?? "", { object }).programs[0] ?? {};
    expect(refusal).toMatchObject({
      relocation: "struct task_struct.no_such_field_here",
      culprit: { source: { line: 9, column: 15, caret: 13, text: "return task->no_such_field_here;" } },
    });
  });
});

test("an object that isn't the one that was loaded says nothing wrong", () => {
  const log = recordedLogs("null/spilled").find(({ kernel }) => kernel === "6.18")?.text ?? "";
  const object = recordedObject("stack/combined", "clang19");
  const report = explainVerifierLog(log, { object });
  expect(report.programs[0]?.refusal?.culprit?.source).toMatchObject({
    file: "spilled.bpf.c",
    line: 19,
    column: null,
  });
  expect(report.objectProblem).toContain("another build, or another program");
});

test.each([
  ["no ELF", Buffer.from("hello"), "the magic number is missing"],
  ["cut short", recordedObject("stack/combined", "clang19")?.subarray(0, 2000) ?? new Uint8Array(), "section headers"],
])("an object that can't be used is said to be so: %s", (_, object, problem) => {
  const report = explainVerifierLog(
    "0: R1=ctx() R10=fp0\n0: (bf) r0 = r7\nR7 !read_ok\nprocessed 1 insns (limit 1)\n",
    { object },
  );
  expect(report.objectProblem).toContain(problem);
  expect(report.programs[0]?.refusal?.kind).toBe("uninit-register");
});

function open(program: string, compiler: string): ProgramObject {
  const object = ProgramObject.open(recordedObject(program, compiler) ?? new Uint8Array());
  if (typeof object === "string") throw new Error(object);
  return object;
}
