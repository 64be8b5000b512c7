import { SCALE_FORMS } from "../../output/hist/hist-scale.ts";
import { RENDERERS } from "../../output/render/render.ts";
import { MAP_TYPE_NAMES } from "../../sys/map-types.ts";
import { DEFAULT_MAX_SERIES, type METRIC_MEMBERS, METRIC_TYPES, MOST_SERIES, PER_CPU } from "./read-config.ts";
import { UNITS } from "./units.ts";

const EXPRESSION = { type: ["string", "number"] };

/** A part of a metric, as JSON Schema describes it. */
const MEMBERS: Readonly<Record<(typeof METRIC_MEMBERS)[number], object>> = {
  name: {
    type: "string",
    pattern: "^[a-zA-Z_:][a-zA-Z0-9_:]*$",
    description: "The metric's name. A counter's ends in _total, an info's in _info; units are base units.",
  },
  type: { enum: METRIC_TYPES },
  help: { type: "string", description: "A sentence about the metric." },
  map: {
    description: "The maps: a name or a pattern of names, or one of name, pinned, id and type.",
    oneOf: [
      { type: "string" },
      ...[
        ["name", { type: "string" }],
        ["pinned", { type: "string" }],
        ["id", { type: "integer", minimum: 1 }],
        ["type", { enum: MAP_TYPE_NAMES }],
      ].map(([name, schema]) => object({ [String(name)]: schema }, [String(name)])),
    ],
  },
  optional: { type: "boolean", description: "The map need not be there when the program starts." },
  value: {
    ...EXPRESSION,
    description: "A path such as value.bytes, or a CEL expression that gives a number; 1 counts entries.",
  },
  buckets: { type: "string", description: "Of a histogram: an array of slots in the value, or the slot in the key." },
  sum: { ...EXPRESSION, description: "Of a histogram: the sum of all that was observed." },
  scale: { type: "string", description: `What the slots mean: ${SCALE_FORMS}.`, default: "log2" },
  unit: { enum: Object.keys(UNITS), description: "What the map counts in; it becomes seconds, bytes or a ratio." },
  per_cpu: { enum: PER_CPU, default: "sum" },
  where: { type: "string", description: "A CEL condition: only entries for which it holds are taken." },
  labels: {
    type: "object",
    propertyNames: { pattern: "^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$" },
    additionalProperties: {
      oneOf: [
        { type: "string", description: "A path, or map.name or map.id." },
        object({ path: { type: "string" }, render: { enum: ["none", ...Object.keys(RENDERERS)] } }, ["path"]),
      ],
    },
  },
  max_series: { type: "integer", minimum: 1, maximum: MOST_SERIES, default: DEFAULT_MAX_SERIES },
};

/** The JSON schema of a configuration of `serve`, by which editors complete and check it. */
export function configSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Metrics of eBPF maps, for ebpf-map serve --config",
    ...object({ metrics: { type: "array", items: object(MEMBERS, ["name", "type", "map"]) } }, ["metrics"]),
  };
}

function object(properties: object, required: readonly string[]): object {
  return { type: "object", properties, required, additionalProperties: false };
}
