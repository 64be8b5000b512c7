import { expect, test } from "vitest";
import { explainVerifierLog } from "../../../src/verifier/explain.ts";
import { recordedLogs } from "../../verifier/helpers/golden-logs.ts";

/** A log of Linux 6.18 as bpftool printed it, and its lines without the loader's. */
const whole = logOf("null/spilled");
const lines = whole
  .slice(whole.indexOf("LOG --\n") + 7, whole.indexOf("-- END"))
  .trimEnd()
  .split("\n");
const raw = lines.join("\n");
const escaped = raw.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n\\t");
const prefixed = (prefix: string): string => lines.map((line) => `${prefix}${line}\n`).join("");

/** The same log as it arrives with the programs that load programs, and with what carries their output on. */
const DRESSINGS: Readonly<Record<string, string>> = {
  bpftool: whole,
  "no loader at all": `${raw}\n`,
  "libbpf before 1.0": `libbpf: load bpf program failed: Permission denied\nlibbpf: -- BEGIN DUMP LOG ---\nlibbpf: \n${raw}\n\nlibbpf: -- END LOG --\nlibbpf: failed to load program 'program'\n`,
  "cilium/ebpf, %+v": `2026/11/28 11:01:58 loading objects: field Program: program program: load program: permission denied:\n${prefixed("\t")}`,
  "cilium/ebpf in a Go string": `${JSON.stringify(`load program: permission denied:\n\t${lines.join("\n\t")}`)}\n`,
  "cilium/ebpf through logrus": `time="2026-11-28T11:01:58Z" level=fatal msg="program program: load program: permission denied:\\n\\t${escaped}"\n`,
  "a JSON log": `${JSON.stringify({ level: "error", error: `load program: permission denied:\n\t${lines.join("\n\t")}` })}\n`,
  aya: `Error: the BPF_PROG_LOAD syscall failed. Verifier output: ${raw}\n\nCaused by:\n    Permission denied (os error 13)\n`,
  bcc: `bpf: Failed to load program: Permission denied\n${raw}\n\nTraceback (most recent call last):\n  File "x.py", line 3, in <module>\nException: Failed to load BPF program b'program': Permission denied\n`,
  "ip and tc": `\nProg section 'tc' rejected: Permission denied (13)!\n - Type:         3\n - Instructions: 31 (0 over limit)\n - License:      GPL\n\nVerifier analysis:\n\n${raw}\n\nError fetching program/map!\nUnable to load program\n`,
  journalctl: prefixed("Nov 28 11:01:58 node-1 loader[4321]: "),
  "journalctl -o short-iso": prefixed("2026-11-28T11:01:58+0000 node-1 loader[4321]: "),
  dmesg: prefixed("[   12.345678] "),
  "docker compose": prefixed("loader-1  | "),
  kubectl: prefixed("2026-11-28T11:01:58.123456789Z stderr F "),
  "a logger's level": prefixed("ERROR "),
  "colours and carriage returns": lines.map((line) => `\u001b[31m${line}\u001b[0m\r\n`).join(""),
  "no line end": raw,
};

test.each(Object.entries(DRESSINGS))("%s", (_, log) => {
  const { programs } = explainVerifierLog(log);
  expect(programs).toHaveLength(1);
  expect(programs[0]).toMatchObject({
    outcome: "refused",
    refusal: {
      message: "R6 invalid mem access 'map_value_or_null'",
      kind: "null-check",
      at: { pc: 22, instruction: "r1 = *(u64 *)(r6 +0)" },
      culprit: { source: { file: "spilled.bpf.c", line: 19 } },
      register: { name: "R6", value: "map_value_or_null(id=1,map=counts,ks=4,vs=8)" },
      cure: { code: "if (!count) return 0;" },
    },
    statistics: { instructionsProcessed: 38 },
  });
});

test("cilium/ebpf's short form, with the last lines alone", () => {
  const log =
    "loading objects: field Program: program program: load program: permission denied: 22: (79) r1 = *(u64 *)(r6 +0): R6 invalid mem access 'map_value_or_null' (93 line(s) omitted)\n";
  expect(explainVerifierLog(log).programs).toMatchObject([
    { name: "program", error: "permission denied", missing: "start", refusal: { kind: "null-check", at: { pc: 22 } } },
  ]);
});

test("what the loaders say is kept: names and errors", () => {
  expect(explainVerifierLog(DRESSINGS.bpftool ?? "").programs[0]).toMatchObject({ name: "program", error: "-EACCES" });
  expect(explainVerifierLog(DRESSINGS.bcc ?? "").programs[0]).toMatchObject({ error: "Permission denied" });
});

test("every program of a log is reported, those that were accepted too", () => {
  const accepted =
    "func#0 @0\n0: R1=ctx() R10=fp0\n0: (b7) r0 = 0\n1: (95) exit\nprocessed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n";
  const { programs } = explainVerifierLog(`${accepted}${whole}${logOf("packet/off-by-one")}${accepted}`);
  expect(programs.map(({ outcome, refusal }) => [outcome, refusal?.kind])).toEqual([
    ["accepted", undefined],
    ["refused", "null-check"],
    ["refused", "packet-bounds"],
    ["accepted", undefined],
  ]);
});

test("levels 1, 2 and 4 at once, as bpftool -d asks for them", () => {
  const log = [
    "libbpf: prog 'a': BPF program load failed: Permission denied",
    "libbpf: prog 'a': -- BEGIN PROG LOAD LOG --",
    "func#0 @0",
    "Live regs before insn:",
    "      0: .1........ (61) r0 = *(u32 *)(r1 +200)",
    "      1: 0......... (95) exit",
    "0: R1=ctx() R10=fp0",
    "; return s->len; @ a.bpf.c:3",
    "0: (61) r0 = *(u32 *)(r1 +200)",
    "invalid bpf_context access off=200 size=4",
    "verification time 41 usec",
    "stack depth 8+16",
    "processed 1 insns (limit 1000000) max_states_per_insn 2 total_states 3 peak_states 4 mark_read 0",
    "-- END PROG LOAD LOG --",
  ];
  expect(explainVerifierLog(log.join("\n")).programs).toMatchObject([
    {
      name: "a",
      refusal: { kind: "ctx-access", at: { pc: 0 } },
      statistics: {
        instructionsProcessed: 1,
        instructionLimit: 1_000_000,
        maxStatesPerInstruction: 2,
        totalStates: 3,
        peakStates: 4,
        verificationMicroseconds: 41,
        stackDepths: [8, 16],
      },
    },
  ]);
});

test("a log that ends too early says so", () => {
  const { programs } = explainVerifierLog(lines.slice(0, 40).join("\n"));
  expect(programs).toMatchObject([{ outcome: "unknown", missing: "end", refusal: null }]);
});

test("a log that starts too late, as a small buffer of Linux 6.4 and later leaves it, is explained from what is there", () => {
  const { programs } = explainVerifierLog(lines.slice(-12).join("\n"));
  expect(programs).toMatchObject([
    { missing: "start", refusal: { kind: "null-check", culprit: { source: { line: 19 } } } },
  ]);
});

test("texts that are no log have no programs", () => {
  expect(explainVerifierLog("").programs).toEqual([]);
  expect(explainVerifierLog("make: *** [Makefile:3: all] Error 1\nNothing to see here\n").programs).toEqual([]);
});

function logOf(program: string): string {
  return recordedLogs(program).find(({ kernel, compiler }) => kernel === "6.18" && compiler === "clang19")?.text ?? "";
}
