import type { Scale } from "../../output/hist/hist-scale.ts";
import type { QueryText } from "../../query/fields/query-error.ts";
import type { PerCpu } from "../../sdk/reader/per-cpu.ts";
import type { Unit } from "./units.ts";

/** The maps of a metric. Names and paths may be patterns; all that match are read, and what they have is added up. */
export type MapChoice =
  | { readonly by: "name"; readonly name: string }
  | { readonly by: "pinned"; readonly path: string }
  | { readonly by: "id"; readonly id: number }
  | { readonly by: "type"; readonly type: string };

/** A label: its name, and the field that it shows, or a fact of the map. `render` names a renderer. */
export interface LabelSpec {
  readonly name: string;
  readonly source:
    | { readonly kind: "path"; readonly path: QueryText; readonly render: string | undefined }
    | { readonly kind: "map"; readonly fact: "name" | "id" };
}

/** A metric of a configuration, checked as far as it can be without the maps. */
export interface MetricSpec {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "info";
  readonly help: string;
  readonly map: MapChoice;
  /** No map needs to be there when the program starts. */
  readonly isOptional: boolean;
  /** The number; of a histogram with slots in the key, that of a slot. */
  readonly value: QueryText;
  /** Of a histogram: an array of slots in the value, or the slot in the key. */
  readonly buckets: QueryText | undefined;
  /** Of a histogram: the sum of all that was observed. */
  readonly sum: QueryText | undefined;
  readonly scale: Scale;
  readonly unit: Unit | undefined;
  readonly perCpu: PerCpu;
  readonly where: QueryText | undefined;
  readonly labels: readonly LabelSpec[];
  readonly maxSeries: number;
  /** The place where it stands: `serve.yaml:3:5`. */
  readonly place: string;
}
