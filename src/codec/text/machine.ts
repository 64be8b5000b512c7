import { bytesFromText } from "../../bytes.ts";
import { jsonFloat } from "../json/strict-json.ts";
import { ENGINE } from "./engine-bytes.ts";
import { Interpreter } from "./interpreter.ts";
import { type OutputBuffer, SLACK } from "./output-buffer.ts";

/** The part of WebAssembly that is used here; the types of Node lack it. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(code: Uint8Array<ArrayBuffer>);
    static imports(module: Module): readonly unknown[];
  }
  class Instance {
    constructor(module: Module, imports: { readonly env: Readonly<Record<string, unknown>> });
    readonly exports: EngineExports;
  }
  class CompileError extends Error {}
}

/**
 * Entries in memory, side by side, to be written by a program; all addresses count from the beginning of the memory.
 */
export interface EntriesCall {
  readonly program: number;
  readonly key: number;
  readonly keySize: number;
  readonly value: number;
  readonly valueSize: number;
  readonly count: number;
  /** A comma stands between entries. */
  readonly listed: boolean;
  /** Nothing stands before them yet. */
  readonly first: boolean;
}

/** Rows to be written: 16 bytes of the list for each, see `rows` of the engine. */
export interface RowsCall extends Omit<EntriesCall, "key" | "value"> {
  readonly list: number;
  readonly cpus: number;
}

/** The functions that the host provides to a program. */
export interface MachineHost {
  /** Makes the JSON of a renderer for the field at an address. */
  readonly render: (renderer: number, address: number) => string;
}

/** A memory, and what runs the programs in it. Its bytes stay where they are. */
export interface Machine {
  readonly memory: Uint8Array;
  entries(call: EntriesCall): void;
  rows(call: RowsCall): void;
}

/** The beginning of the memory belongs to the engine: its tables, and the slots of an entry. */
export const ENGINE_BYTES: number = 1 << 16;
const PAGE = 1 << 16;
/** WebAssembly of today has no more than 4 GiB. */
const MAX_PAGES = 1 << 16;
/** The bytes of text that the host puts between two looks at the limit. */
const PIECE = 4096;
const ROW = 16;

/** The exports of the engine: see `engine/engine.ts`. */
interface EngineExports {
  init(): void;
  takeReplaced(): number;
  entries(...operands: [...program: number[], start: number, limit: number, listed: number, first: number]): number;
  rows(...operands: [...program: number[], start: number, limit: number, listed: number, first: number]): number;
}

let compiled: WebAssembly.Module | undefined;
let compileBy: CompileBy = (compile) => compile();

/** Makes the call that compiles the engine. */
type CompileBy = <Module>(compile: () => Module) => Module;

/**
 * Has a function make the call that compiles the engine, which happens once, before text is first written. It is for a
 * program that has the process to itself.
 */
export function compileEngineBy(by: CompileBy): void {
  compileBy = by;
}

/**
 * Returns a machine with at least so many bytes for its caller, behind which it keeps the output: WebAssembly, or where
 * there is none, or no address space for it, an interpreter.
 */
export function openMachine(bytes: number, out: OutputBuffer, host: MachineHost): Machine {
  const pages = Math.ceil((bytes + out.limit + SLACK) / PAGE);
  if (typeof WebAssembly === "undefined" || pages > MAX_PAGES) return new InterpreterMachine(bytes, out, host);
  try {
    return new EngineMachine(pages, out, host);
  } catch (error) {
    if (error instanceof RangeError || error instanceof WebAssembly.CompileError) {
      return new InterpreterMachine(bytes, out, host);
    }
    throw error;
  }
}

/** The engine in WebAssembly. The output is at the end of its memory, so that text is written once. */
export class EngineMachine implements Machine {
  readonly memory: Uint8Array;
  readonly #out: OutputBuffer;
  readonly #host: MachineHost;
  readonly #exports: EngineExports;
  /** The address of the output. */
  readonly #start: number;

  constructor(pages: number, out: OutputBuffer, host: MachineHost, code?: Uint8Array<ArrayBuffer>) {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.memory = new Uint8Array(memory.buffer);
    this.#out = out;
    this.#host = host;
    this.#start = this.memory.length - out.limit - SLACK;
    const module = code === undefined ? engineModule() : new WebAssembly.Module(code);
    const env = {
      memory,
      flush: (p: number) => this.#flush(p),
      float: (p: number, value: number) => this.#put(p, jsonFloat(value)),
      render: (p: number, renderer: number, s: number) => this.#put(p, this.#host.render(renderer, s)),
      abort: () => {
        throw new RangeError("an assertion of the text engine failed");
      },
    };
    this.#exports = new WebAssembly.Instance(module, { env }).exports;
    this.#exports.init();
    out.moveTo(this.memory.subarray(this.#start));
  }

  entries(call: EntriesCall): void {
    const { program, key, keySize, value, valueSize, count } = call;
    this.#run(call, (...output) => this.#exports.entries(program, key, keySize, value, valueSize, count, ...output));
  }

  rows(call: RowsCall): void {
    const { program, list, count, cpus, keySize, valueSize } = call;
    this.#run(call, (...output) => this.#exports.rows(program, list, count, cpus, keySize, valueSize, ...output));
  }

  #run(
    { listed, first }: Pick<EntriesCall, "listed" | "first">,
    run: (start: number, limit: number, listed: number, first: number) => number,
  ): void {
    const out = this.#out;
    const start = this.#start;
    out.flushIfFull();
    const end = run(start + out.pos, start + out.limit, Number(listed), Number(first));
    out.pos = (end >>> 0) - start;
    out.shown.replaced += this.#exports.takeReplaced();
  }

  #flush(p: number): number {
    return this.#start + this.#out.flushAt((p >>> 0) - this.#start);
  }

  /** Puts text of any length at an address, and returns that of its end. */
  #put(p: number, text: string): number {
    const out = this.#out;
    out.pos = (p >>> 0) - this.#start;
    if (text.length <= PIECE) out.text(text);
    else out.write(bytesFromText(text));
    return this.#start + out.pos;
  }
}

function engineModule(): WebAssembly.Module {
  compiled ??= compileBy(() => new WebAssembly.Module(Buffer.from(ENGINE, "base64")));
  return compiled;
}

/** The interpreter, which writes to the output wherever that is. */
export class InterpreterMachine implements Machine {
  readonly memory: Uint8Array;
  readonly #interpreter: Interpreter;
  readonly #view: DataView;
  readonly #out: OutputBuffer;

  constructor(bytes: number, out: OutputBuffer, { render }: MachineHost) {
    this.memory = new Uint8Array(new ArrayBuffer(bytes));
    this.#view = new DataView(this.memory.buffer);
    this.#out = out;
    this.#interpreter = new Interpreter(this.memory, out, render);
  }

  entries({ program, key, keySize, value, valueSize, count, listed, first }: EntriesCall): void {
    for (let i = 0; i < count; i++) {
      if (listed && (i > 0 || !first)) this.#out.text(",");
      const place = { key: key + i * keySize, value: value + i * valueSize };
      this.#interpreter.run(program, { ...place, cpu: 0, index: 0, cpus: 0 });
    }
  }

  rows({ program, list, cpus, count, listed, first }: RowsCall): void {
    const view = this.#view;
    for (let i = 0; i < count; i++) {
      if (listed && (i > 0 || !first)) this.#out.text(",");
      const at = list + i * ROW;
      const [key, value] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      const [cpu, index] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
      this.#interpreter.run(program, { key, value, cpu, index, cpus });
    }
  }
}
