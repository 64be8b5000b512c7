import { type Family, single } from "../text/family.ts";
import type { Collector } from "./round.ts";

/** The outcome of the last attempt to load the configuration. */
export class ConfigState implements Collector {
  #isGood = true;
  #loadedAt: number;

  /** `loadedAt`: when the configuration was loaded first, in seconds since 1970. */
  constructor(loadedAt: number) {
    this.#loadedAt = loadedAt;
  }

  loaded(at: number): void {
    this.#isGood = true;
    this.#loadedAt = at;
  }

  failed(): void {
    this.#isGood = false;
  }

  async collect(): Promise<readonly Family[]> {
    const time = "ebpf_map_config_last_reload_success_timestamp_seconds";
    return [
      single(
        "ebpf_map_config_last_reload_successful",
        "gauge",
        "Whether the configuration in use is that of the file: 0 if that is broken.",
        Number(this.#isGood),
      ),
      single(time, "gauge", "When the configuration in use was loaded, since 1970.", this.#loadedAt),
    ];
  }
}
