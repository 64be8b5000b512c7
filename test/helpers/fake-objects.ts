import { EbpfMapError } from "../../src/errors.ts";
import type {
  InterfacePrograms,
  Link,
  LinkTarget,
  LoadedProgram,
  ObjectKernel,
  QueryTarget,
} from "../../src/sys/objects/kernel.ts";

/** The objects of the fake kernel; everything that is left out is empty. */
export interface FakeObjectSpec {
  readonly programs?: readonly LoadedProgram[];
  readonly links?: readonly Link[];
  /** By `fd` or an interface's number, then by attach type: ids of programs. */
  readonly attached?: (target: QueryTarget, attachType: number) => number[];
  readonly perf?: (pid: number, fd: number) => { programId: number; target: LinkTarget } | undefined;
  readonly interfaces?: InterfacePrograms;
  /** Calls that are refused. */
  readonly refused?: readonly (keyof ObjectKernel)[];
}

/** Programs, links and attachments in memory. */
export function fakeObjects(spec: FakeObjectSpec): ObjectKernel {
  const refuse = (call: keyof ObjectKernel): void => {
    if (spec.refused?.includes(call)) throw new EbpfMapError("NO_PERMISSION", `${call}: operation not permitted`);
  };
  return {
    ids(kind) {
      refuse("ids");
      return (kind === "program" ? (spec.programs ?? []) : (spec.links ?? [])).map(({ id }) => id);
    },
    program(id) {
      refuse("program");
      return spec.programs?.find((one) => one.id === id);
    },
    link(id) {
      refuse("link");
      return spec.links?.find((one) => one.id === id);
    },
    attachedTo(target, attachType) {
      refuse("attachedTo");
      return spec.attached?.(target, attachType) ?? [];
    },
    perfProgram: (pid, fd) => spec.perf?.(pid, fd),
    interfacePrograms() {
      refuse("interfacePrograms");
      return spec.interfaces ?? { names: new Map(), programs: [] };
    },
  };
}

/** A program with defaults. */
export function fakeProgram(id: number, more: Partial<LoadedProgram> = {}): LoadedProgram {
  return { id, type: 6, name: `prog${id}`, btfId: 0, mapIds: [], ...more };
}
