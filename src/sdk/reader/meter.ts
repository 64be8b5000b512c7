import { EbpfMapError } from "../../errors.ts";
import type { MetricsHook, Phase } from "../../metrics/hook.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";

/** Seconds spent on the phases of one read. */
export type Spent = Record<"read" | "decode" | "validate", number>;

/** Tells a hook of what a reader does. */
export class Meter {
  readonly #hook: MetricsHook;
  readonly #map: string;

  constructor(hook: MetricsHook, map: string) {
    this.#hook = hook;
    this.#map = map;
  }

  /** The name that a map has in metrics. */
  static nameOf({ info }: MapSource): string {
    return info.name === "" ? `id ${info.id}` : info.name;
  }

  phase(phase: Phase, durationSeconds: number, report?: ReadReport): void {
    const { entries, bytes } = report ?? { entries: 0, bytes: 0 };
    this.#hook.onRead?.({ map: this.#map, phase, durationSeconds, entries, bytes, report });
  }

  /** A read has ended: its phases, and the error where it failed. */
  read(spent: Spent, report: ReadReport, validated: boolean, error: unknown): void {
    this.phase("read", spent.read, report);
    this.phase("decode", spent.decode, report);
    if (validated) this.phase("validate", spent.validate, report);
    if (error !== undefined) this.error(error);
  }

  error(error: unknown): void {
    if (error instanceof EbpfMapError) this.#hook.onError?.({ map: this.#map, error });
  }

  invalid(side: "key" | "value", issues: readonly { readonly path: string; readonly message: string }[]): void {
    this.#hook.onInvalid?.({ map: this.#map, side, issues });
  }
}

/** Runs a step and adds its seconds to a phase. */
export function timed<T>(spent: Spent, phase: keyof Spent, step: () => T): T {
  const from = performance.now();
  try {
    return step();
  } finally {
    spent[phase] += (performance.now() - from) / 1000;
  }
}
