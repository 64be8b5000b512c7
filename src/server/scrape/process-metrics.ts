import { type Family, single } from "../text/family.ts";
import { labelText } from "../text/labels.ts";
import type { Collector } from "./round.ts";

/** Facts of the process that serves. */
export interface ProcessFacts {
  readonly version: string;
  readonly cpuSeconds: () => number;
  /** Undefined where /proc can't be read, as `openFds`. */
  readonly residentBytes: () => number | undefined;
  readonly openFds: () => number | undefined;
  /** Seconds since 1970. */
  readonly startSeconds: number;
}

/** The metrics of the process itself, under the names that all of Prometheus' clients give them. */
export class ProcessMetrics implements Collector {
  readonly #facts: ProcessFacts;

  constructor(facts: ProcessFacts) {
    this.#facts = facts;
  }

  async collect(): Promise<readonly Family[]> {
    const { version, cpuSeconds, residentBytes, openFds, startSeconds } = this.#facts;
    const [fds, resident] = [openFds(), residentBytes()];
    const gauges = (name: string, help: string, value: number | undefined): Family[] =>
      value === undefined ? [] : [single(name, "gauge", help, value)];
    return [
      {
        name: "ebpf_map_build_info",
        kind: "info",
        help: "The program that serves these metrics.",
        samples: [{ suffix: "", labels: labelText({ version }), value: 1 }],
      },
      single("process_cpu_seconds_total", "counter", "User and system CPU time of this process.", cpuSeconds()),
      ...gauges("process_resident_memory_bytes", "Resident memory of this process.", resident),
      single("process_start_time_seconds", "gauge", "Start of this process since 1970.", startSeconds),
      ...gauges("process_open_fds", "Open descriptors of this process.", fds),
    ];
  }
}
