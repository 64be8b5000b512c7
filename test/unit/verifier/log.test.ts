import { describe, expect, test } from "vitest";
import { described } from "../../../src/verifier/blame/describe.ts";
import { classify } from "../../../src/verifier/log/classify.ts";
import { effectOf } from "../../../src/verifier/log/instruction.ts";
import { ExecutionPath } from "../../../src/verifier/log/path.ts";
import { boundsOf, readValue, registersOf } from "../../../src/verifier/log/state.ts";

describe("registers in the notations of kernels", () => {
  test.each([
    [
      "5.4",
      " R0_w=inv1 R1_w=pkt_end(id=0,off=0,imm=0) R10=fp0,call_-1",
      ["R0=inv1", "R1=pkt_end(id=0,off=0,imm=0)", "R10=fp0,call_-1"],
    ],
    [
      "5.10",
      "R2_rw=invP(id=0,umax_value=7,var_off=(0x0; 0x7)) fp-8=mmmm????",
      ["R2=invP(id=0,umax_value=7,var_off=(0x0; 0x7))", "fp-8=mmmm????"],
    ],
    [
      "6.1",
      "frame1: R1_w=scalar(umax=7,var_off=(0x0; 0x7)) R10=fp0",
      ["R1=scalar(umax=7,var_off=(0x0; 0x7))", "R10=fp0"],
    ],
    [
      "6.18",
      "R6=map_value(map=a,ks=4,vs=8) fp-16=dynptr_ringbuf(id=1) refs=2,3",
      ["R6=map_value(map=a,ks=4,vs=8)", "fp-16=dynptr_ringbuf(id=1)", "refs=2,3"],
    ],
  ])("Linux %s", (_, state, expected) => {
    expect(registersOf(state).map(({ name, value }) => `${name}=${value}`)).toEqual(expected);
  });
});

describe("values", () => {
  test.each([
    ["scalar()", undefined, undefined, "a number, nothing known of it"],
    ["inv(id=0)", undefined, undefined, "a number, nothing known of it"],
    ["P0x1e846", 124_998n, 124_998n, "the number 124998"],
    ["invP7", 7n, 7n, "the number 7"],
    ["-1", -1n, -1n, "the number -1"],
    ["scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))", 0n, 0xffffffffn, "a number, 0 … 4294967295"],
    ["inv(id=0,smin_value=-4095,smax_value=64)", -4095n, 64n, "a number, -4095 … 64"],
    ["scalar(umin=1001)", 1001n, undefined, "a number, at least 1001"],
    [
      "map_value_or_null(id=1,map=counts,ks=4,vs=8)",
      undefined,
      undefined,
      "a map's value (map counts, 8 bytes) or NULL",
    ],
    ["pkt(off=14,r=34)", undefined, undefined, "a packet pointer (34 bytes proven, at offset 14)"],
    ["fp-16", -16n, -16n, "an address on the stack (-16)"],
    ["trusted_ptr_task_struct()", undefined, undefined, "a trusted pointer to struct task_struct"],
    ["ptr_or_null_task_struct(id=2,ref_obj_id=2)", undefined, undefined, "a pointer to struct task_struct or NULL"],
    ["something_new(x=1)", undefined, undefined, "something_new"],
  ])("%s", (text, min, max, words) => {
    const value = readValue(text);
    expect(value).toBeDefined();
    if (value !== undefined) expect(boundsOf(value)).toEqual({ min, max });
    expect(described(text)).toBe(words);
  });
});

describe("instructions", () => {
  test.each([
    ["r1 = *(u32 *)(r6 +8)", { target: "R1", how: "load", memory: { base: "R6", offset: 8, size: 4, write: false } }],
    [
      "*(u64 *)(r10 -16) = r2",
      { target: undefined, source: "R2", memory: { base: "R10", offset: -16, size: 8, write: true } },
    ],
    ["*(u8 *)(r1 +3) = 7", { target: undefined, source: undefined, memory: { write: true, size: 1 } }],
    ["lock *(u64 *)(r0 +0) += r1", { memory: { base: "R0", write: true } }],
    ["r3 = atomic64_fetch_add((u64 *)(r0 +0), r3)", { target: "R3", memory: { base: "R0", write: true } }],
    ["w0 = 7", { target: "R0", how: "constant" }],
    ["r1 = 0xffff888100000000", { target: "R1", how: "constant" }],
    ["w7 = w0", { target: "R7", source: "R0", how: "move" }],
    ["r2 = (s8)r1", { target: "R2", source: "R1", how: "move" }],
    ["r2 += -4", { target: "R2", how: "change" }],
    ["r0 += r1", { target: "R0", source: "R1", how: "change" }],
    ["r7 s>>= 32", { target: "R7", how: "change" }],
    ["r1 = be16 r1", { target: "R1", how: "change" }],
    ["if r2 > 0x3e8 goto pc+3", { condition: "r2 > 0x3e8", distance: 3 }],
    ["if w7 s> 0xf goto pc-5", { condition: "w7 s> 0xf", distance: -5 }],
    ["goto pc-2", { condition: undefined, distance: -2 }],
    ["may_goto pc+4", { distance: 4 }],
    ["call bpf_map_lookup_elem#1", { target: "R0", how: "call", call: "kernel", callee: "bpf_map_lookup_elem" }],
    ["call pc+16", { target: "R0", call: "program", distance: 16 }],
    ["exit", { exit: true }],
    ["r0 = *(u8 *)skb[12]", { target: "R0" }],
    ["BUG_db", { target: undefined, how: "none" }],
  ])("%s", (text, expected) => {
    expect(effectOf(text)).toMatchObject(expected);
  });
});

describe("lines", () => {
  test.each([
    [
      "7: (79) r1 = *(u64 *)(r0 +0)          ; R1=scalar()",
      { kind: "instruction", pc: 7, text: "r1 = *(u64 *)(r0 +0)", state: "R1=scalar()" },
    ],
    [
      "12: (85) call bpf_ringbuf_submit#132          ;",
      { kind: "instruction", text: "call bpf_ringbuf_submit#132", state: "" },
    ],
    [
      "18: (25) if r2 > 0x3e8 goto pc+3 22: R0=2 R2=scalar()",
      { kind: "instruction", pc: 18, text: "if r2 > 0x3e8 goto pc+3", state: "R0=2 R2=scalar()", next: 22 },
    ],
    ["1: <invalid CO-RE relocation>", { kind: "instruction", pc: 1, text: "<invalid CO-RE relocation>" }],
    ["0: R1=ctx(id=0,off=0,imm=0) R10=fp0", { kind: "state", pc: 0 }],
    ["from 3 to 7: R0=0 R10=fp0", { kind: "from", from: 3, to: 7, safe: false }],
    ["from 3 to 7 (speculative execution): safe", { kind: "from", from: 3, to: 7, safe: true }],
    ["; return 0; @ prog.bpf.c:12", { kind: "source", text: "return 0;", file: "prog.bpf.c", line: 12 }],
    ["; mail(a @ b);", { kind: "source", text: "mail(a @ b);", file: undefined, line: 0 }],
    [" R0_w=inv1 R10=fp0", { kind: "frame-state" }],
    ["processed 3 insns (limit 1000000) max_states_per_insn 0", { kind: "stats" }],
    ["mark_precise: frame0: regs=r2 stack= before 9: (b7) r2 = 0", { kind: "noise" }],
    ["regs=4 stack=0 before 9: (b7) r2 = 0", { kind: "noise" }],
    ["libbpf: prog 'x': -- BEGIN PROG LOAD LOG --", { kind: "begin", name: "x" }],
    [
      "libbpf: prog 'x': BPF program load failed: Permission denied",
      { kind: "loader", name: "x", errno: "Permission denied" },
    ],
    ["R1 !read_ok", { kind: "message", text: "R1 !read_ok" }],
  ])("%s", (line, expected) => {
    expect(classify(line)).toMatchObject(expected);
  });
});

test("a path goes back to the branch that is still open, the last one first", () => {
  const path = new ExecutionPath();
  for (const pc of [0, 1, 2, 1, 2, 3]) path.push(pc, 0, `R0=${pc}`, pc === 1);
  expect(path.backTo(1)).toBe(true);
  expect(stepsOf(path)).toEqual([0, 1, 2, 1]);
  path.push(9, 0, undefined, false);
  expect(path.backTo(1)).toBe(true);
  expect(stepsOf(path)).toEqual([0, 1]);
  expect(path.after(1)).toBe("R0=1");
  expect(path.backTo(1)).toBe(false);
});

test("a path of more instructions than the kernel walks loses its start", () => {
  const path = new ExecutionPath();
  for (let step = 0; step < 1_300_000; step++) path.push(step, 0, `R0=${step}`, step % 1000 === 0);
  expect(path.length + path.dropped).toBe(1_300_000);
  expect(path.pc(path.length - 1)).toBe(1_299_999);
  expect(path.after(path.length - 1)).toBe("R0=1299999");
  expect(path.backTo(1_299_000)).toBe(true);
  expect(path.pc(path.length - 1)).toBe(1_299_000);
});

function stepsOf(path: ExecutionPath): number[] {
  return Array.from({ length: path.length }, (_, step) => path.pc(step));
}
