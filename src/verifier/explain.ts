import { EbpfMapError } from "../errors.ts";
import { programReport } from "./blame/program-report.ts";
import { LogReader } from "./log/read-log.ts";
import { ProgramObject } from "./object/program-object.ts";
import { REPORT_VERSION, type VerifierReport } from "./report.ts";

/** Options for explaining a log. */
export interface ExplainOptions {
  /** The bytes of the object file that was loaded, with BTF: it knows the column and full path of each instruction. */
  readonly object?: Uint8Array | undefined;
}

/**
 * Explains a log of the kernel's verifier that comes in pieces, in memory that does not grow with it.
 *
 *     const explainer = new VerifierLogExplainer({ object });
 *     for await (const piece of process.stdin) explainer.write(piece);
 *     const report = explainer.end();
 */
export class VerifierLogExplainer {
  readonly #reader = new LogReader();
  readonly #object: Uint8Array | undefined;

  /** Throws USAGE for options that are none. */
  constructor(options: ExplainOptions = {}) {
    this.#object = checkedObject(options);
  }

  /** Takes the next bytes of the log, in pieces of any size. Throws USAGE for anything else. */
  write(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw mistake("bytes", "a Uint8Array");
    this.#reader.write(bytes);
  }

  /**
   * Returns the report of all that was written. Nothing can be written after this. Never throws for what is in the log.
   */
  end(): VerifierReport {
    const logs = this.#reader.end();
    const opened = this.#object === undefined ? undefined : ProgramObject.open(this.#object);
    const object = opened instanceof ProgramObject ? opened : undefined;
    const programs = logs.map((log) => programReport(log, object));
    return {
      version: REPORT_VERSION,
      programs,
      lines: this.#reader.lines,
      cutLines: this.#reader.cutLines,
      objectProblem: (typeof opened === "string" ? `${opened}; the object is not used` : object?.mismatch) ?? null,
    };
  }
}

/** The object file of options, which may come from callers whom no type checker has told. */
function checkedObject(options: unknown): Uint8Array | undefined {
  if (typeof options !== "object" || options === null || Array.isArray(options)) throw mistake("options", "an object");
  const { object, ...others } = options as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    const message = `explain a verifier log: there is no option ${JSON.stringify(other)} (it has \`object\`)`;
    throw new EbpfMapError("USAGE", message, { option: other });
  }
  if (object === undefined || object instanceof Uint8Array) return object;
  throw mistake("object", "a Uint8Array");
}

function mistake(option: string, expected: string): EbpfMapError {
  return new EbpfMapError("USAGE", `explain a verifier log: ${option}: expected ${expected}`, { option, expected });
}

/** The part of a string that is turned into bytes at a time, in UTF-16 code units. */
const PIECE = 1 << 20;

/**
 * Explains a log of the kernel's verifier: returns for each program in it why it was refused, by which line of C, and
 * what to change. Takes logs as bpftool, libbpf, cilium/ebpf, aya, bcc, ip and tc print them, also through journald, of
 * kernels
 * 5.4 to 7.x. It loads nothing and asks no kernel. Never throws for what stands in a log; throws USAGE
 * for arguments of other types.
 */
export function explainVerifierLog(log: string | Uint8Array, options: ExplainOptions = {}): VerifierReport {
  if (typeof log !== "string" && !(log instanceof Uint8Array)) throw mistake("log", "text or a Uint8Array");
  const explainer = new VerifierLogExplainer(options);
  if (typeof log !== "string") explainer.write(log);
  else for (const piece of piecesOf(log)) explainer.write(Buffer.from(piece, "utf8"));
  return explainer.end();
}

/** Parts of a string that end between characters, not inside of one. */
function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const isInside = (text.charCodeAt(at + PIECE - 1) & 0xfc00) === 0xd800;
    const end = at + PIECE + (isInside ? 1 : 0);
    yield text.slice(at, end);
    at = end;
  }
}
