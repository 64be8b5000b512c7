import { undressed } from "./dressing.ts";

/** A line of a log, by what it is. Texts are as they stand in the line, not yet made visible. */
export type LogLine =
  /** `7: (79) r1 = *(u64 *)(r0 +0)   ; R1=scalar()`; `next` is where the state printed behind a jump belongs. */
  | {
      readonly kind: "instruction";
      readonly pc: number;
      readonly text: string;
      readonly state: string;
      readonly next: number | undefined;
    }
  /** `7: R0=map_value(...)`: the registers before instruction 7. */
  | { readonly kind: "state"; readonly pc: number; readonly state: string }
  /** `from 3 to 7: R0=...`: the verifier goes back to a branch; `safe` where it knew the state already. */
  | {
      readonly kind: "from";
      readonly from: number;
      readonly to: number;
      readonly state: string;
      readonly safe: boolean;
    }
  /** `; *count += 1; @ prog.bpf.c:12`. Without file and line before Linux 6.10. */
  | { readonly kind: "source"; readonly text: string; readonly file: string | undefined; readonly line: number }
  /** `12: safe`: the end of a path. */
  | { readonly kind: "safe"; readonly pc: number }
  /** The registers of the caller and the callee around a call. */
  | { readonly kind: "frame"; readonly what: "caller" | "callee" | "returning" | "to-caller"; readonly pc: number }
  | { readonly kind: "frame-state"; readonly state: string }
  /** `Validating sum_of() func#1...` */
  | { readonly kind: "validating"; readonly name: string; readonly number: number }
  | { readonly kind: "begin"; readonly name: string | undefined }
  | { readonly kind: "end" }
  /** `processed 38 insns (limit 1000000) ...` and the other figures. */
  | { readonly kind: "stats"; readonly text: string }
  /**
   * The words of a loader around the log: the errno, the program's name. `behind` where it speaks of the log before.
   */
  | {
      readonly kind: "loader";
      readonly name: string | undefined;
      readonly errno: string | undefined;
      readonly behind: boolean;
    }
  /** The verifier talking to itself: precision marks, liveness, known states. */
  | { readonly kind: "noise" }
  /** The heading of what kernels since 7.3 explain themselves. */
  | { readonly kind: "kernel-says"; readonly text: string }
  /** Anything else: a refusal's message, or what isn't from the verifier. */
  | { readonly kind: "message"; readonly text: string };

const INSTRUCTION = /^(\d{1,9}): (?:\(([0-9a-f]{2})\) (.*)|(<invalid [\w -]{1,40}>.*))$/;
const JOINED = /^(.{1,300}?) (\d{1,9}): ((?:frame\d+: ?)?(?:R\d|fp-?\d|refs=).*)$/;
const STATE = /^(\d{1,9}): ?((?:frame\d+: ?)?(?:R\d+[_rwDl]*=|fp-?\d+[_rwD]*=|refs=).*)$/;
const FROM = /^from (\d{1,9}) to (\d{1,9})(?: \([a-z ]+\))?:(.*)$/;
const SOURCE = /^; ?(.*?)(?: @ ([^@]{1,255}):(\d{1,9}))?$/;
const SAFE = /^(\d{1,9}): safe$/;
const FRAME = /^(caller|callee|returning from callee|to caller at (\d{1,9})):$/;
const FRAME_STATE = /^(?:frame\d+: ?)?(?:R\d+[_rwDl]*=|fp-?\d+[_rwD]*=)/;
const VALIDATING = /^Validating (\S{1,256})\(\) func#(\d{1,9})\.\.\.$/;
const STATS = /^(?:processed \d+ insns|verification time \d+ usec|stack depth |max_states_per_insn|insns processed)/;
const BEGIN = /^(?:libbpf: )?(?:prog '([^']{1,256})': )?-- ?BEGIN (?:PROG LOAD|DUMP) LOG -*$/;
const END = /^(?:libbpf: )?-- ?END (?:PROG LOAD )?LOG -*$/;
const FAILED =
  /^libbpf: (?:prog '([^']{1,256})': )?(?:BPF program load failed|load bpf program failed|failed to load): (.{1,200})$/;
const LOADER =
  /^(?:libbpf: |Error: failed to |Warning: |-- \w|Prog section '|Verifier analysis:|Error fetching program|bpf: Failed to load program|BTF debug|The verifier (?:log|output)|Caused by:? ?$|Verifier (?:output|log):? ?$|\(?\d+ lines? omitted\)?| - (?:Type|Instructions|License|Attach))/;
const LOADER_NAME = /(?:^Prog section |prog(?:ram)? )'?([\w./-]{1,200})'?/;
const LOADER_ERRNO = /(?:Failed to load program|rejected|load program|loading program): ?([A-Z][A-Za-z ]{2,60})/;
/** `load program: permission denied: …`, `failed to load object: program x: load program: …` */
const LOADING = /(?:^|: )(?:program (\w{1,200}): )?load program: ([a-z][a-z ]{2,60}?)(?::|$)/i;
const NOISE =
  /^(?:mark_precise: |force_precise: |last_idx \d|regs=|parent (?:didn't|already|state)|propagat|cur state:|old state:|func#\d+ @\d|frame ?\d+: propagat|Live regs before insn|stack=|BUG regs |\d+: [.\d]{10,11} \(|Func#?\d* .* (?:is safe for any args|is global and assumed valid|valid\. Skipping)|func '\S+' arg\d+ has btf_id |arg#?\d+ .* marking pointer|parent_id|\[\d+\] )/;
const KERNEL_SAYS = /^Verification failed: (.{1,400})$/;

/**
 * Tells what a line is. A line that is nothing as it stands is looked at without the prefixes that a loader or logger
 * adds.
 */
export function classify(line: string): LogLine {
  const plain = shapeOf(line);
  if (plain !== undefined) return plain;
  let last = line;
  for (const rest of undressed(line)) {
    const shape = rest === line ? undefined : shapeOf(rest);
    if (shape !== undefined) return shape;
    last = rest;
  }
  return { kind: "message", text: last };
}

/** The shape of a line without prefixes, by its first character; undefined where it has none that is known. */
function shapeOf(line: string): LogLine | undefined {
  const first = line.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return numbered(line);
  if (first === 0x3b) return sourceLine(line);
  if (first === 0x66) return fromLine(line) ?? frameOrNoise(line);
  if (first === 0x6c && line.startsWith("libbpf: ")) return loaderLine(line);
  return frameOrNoise(line) ?? loaderLine(line);
}

function numbered(line: string): LogLine | undefined {
  const instruction = INSTRUCTION.exec(line);
  if (instruction !== null) {
    const pc = Number(instruction[1]);
    return instruction[3] === undefined
      ? { kind: "instruction", pc, text: instruction[4] ?? "", state: "", next: undefined }
      : instructionLine(pc, instruction[3]);
  }
  const state = STATE.exec(line);
  if (state !== null) return { kind: "state", pc: Number(state[1]), state: state[2] ?? "" };
  const safe = SAFE.exec(line);
  if (safe !== null) return { kind: "safe", pc: Number(safe[1]) };
  if (NOISE.test(line)) return { kind: "noise" };
  // `18: ; return 0; @ a.c:3`: the source of an instruction that no path reaches.
  const source = /^(\d{1,9}): (; .*)$/.exec(line);
  return source === null ? undefined : sourceLine(source[2] ?? "");
}

function instructionLine(pc: number, rest: string): LogLine {
  const semicolon = rest.indexOf(";");
  if (semicolon >= 0) {
    const [text, state] = [rest.slice(0, semicolon).trimEnd(), rest.slice(semicolon + 1).trim()];
    return { kind: "instruction", pc, text, state, next: undefined };
  }
  // The state of where a jump or callback leads, printed on the same line.
  const joined = JOINED.exec(rest);
  if (joined !== null) {
    const [, text = "", next, state = ""] = joined;
    return { kind: "instruction", pc, text, state, next: Number(next) };
  }
  return { kind: "instruction", pc, text: rest.trimEnd(), state: "", next: undefined };
}

function sourceLine(line: string): LogLine {
  const found = SOURCE.exec(line);
  return { kind: "source", text: (found?.[1] ?? "").trim(), file: found?.[2], line: Number(found?.[3] ?? 0) };
}

function fromLine(line: string): LogLine | undefined {
  const found = FROM.exec(line);
  if (found === null) return undefined;
  const state = (found[3] ?? "").trim();
  const safe = state === "safe";
  return { kind: "from", from: Number(found[1]), to: Number(found[2]), state: safe ? "" : state, safe };
}

function frameOrNoise(line: string): LogLine | undefined {
  const frame = FRAME.exec(line);
  if (frame !== null) {
    const what =
      frame[1] === "caller" || frame[1] === "callee" ? frame[1] : frame[2] === undefined ? "returning" : "to-caller";
    return { kind: "frame", what, pc: Number(frame[2] ?? 0) };
  }
  if (STATS.test(line)) return { kind: "stats", text: line };
  if (NOISE.test(line)) return { kind: "noise" };
  const state = line.trimStart();
  if (FRAME_STATE.test(state)) return { kind: "frame-state", state };
  const says = KERNEL_SAYS.exec(line);
  if (says !== null) return { kind: "kernel-says", text: says[1] ?? "" };
  const validating = VALIDATING.exec(line);
  if (validating !== null) return { kind: "validating", name: validating[1] ?? "", number: Number(validating[2]) };
  return undefined;
}

function loaderLine(line: string): LogLine | undefined {
  const begin = BEGIN.exec(line);
  if (begin !== null) return { kind: "begin", name: begin[1] };
  if (END.test(line)) return { kind: "end" };
  const failed = FAILED.exec(line);
  if (failed !== null) {
    return { kind: "loader", name: failed[1], errno: failed[2], behind: line.includes("failed to load: ") };
  }
  if (LOADER.test(line)) {
    return {
      kind: "loader",
      name: LOADER_NAME.exec(line)?.[1],
      errno: LOADER_ERRNO.exec(line)?.[1]?.trim(),
      behind: false,
    };
  }
  const loading = LOADING.exec(line);
  return loading === null ? undefined : { kind: "loader", name: loading[1], errno: loading[2], behind: false };
}
