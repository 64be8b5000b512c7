import { parseScale, SCALE_FORMS, type Scale } from "../../output/hist/hist-scale.ts";
import { unknownRenderer } from "../../output/render/choose.ts";
import type { QueryText } from "../../query/fields/query-error.ts";
import type { PerCpu } from "../../sdk/reader/per-cpu.ts";
import { readRegularFile } from "../../sdk/types/regular-file.ts";
import { MAP_TYPE_NAMES } from "../../sys/map-types.ts";
import { LABEL_NAME } from "../text/labels.ts";
import { metricNameProblem } from "./metric-name.ts";
import type { LabelSpec, MapChoice, MetricSpec } from "./metric-spec.ts";
import { UNITS, type Unit } from "./units.ts";
import { YamlReader, type YamlValue } from "./yaml-reader.ts";

export const METRIC_TYPES = ["counter", "gauge", "histogram", "info"] as const;
export const PER_CPU: readonly PerCpu[] = ["sum", "avg", "min", "max", "each"];
/** All that a metric may have, in the order of the manual. */
export const METRIC_MEMBERS = [
  "name",
  "type",
  "help",
  "map",
  "optional",
  "value",
  "buckets",
  "sum",
  "scale",
  "unit",
  "per_cpu",
  "where",
  "labels",
  "max_series",
] as const;

export const DEFAULT_MAX_SERIES = 10_000;
export const MOST_SERIES = 1_000_000;
/** The size limit of a configuration: about as much as the YAML parser reads in a second. */
const MOST_BYTES = 64 * 1024;
const MOST_ID = 2 ** 32 - 1;

/**
 * Reads a configuration file. Throws FILE for one that can't be read, and for a mistake in it with its line and column.
 */
export function readConfigFile(path: string): MetricSpec[] {
  const { bytes } = readRegularFile(path, `read the configuration ${path}`, MOST_BYTES);
  return parseServeConfig(Buffer.from(bytes).toString("utf8"), path);
}

/** Parses a configuration; `path` is for messages. */
function parseServeConfig(text: string, path: string): MetricSpec[] {
  const yaml = new YamlReader(text, path);
  if (yaml.root.node === null) throw yaml.mistake(0, "it is empty: metrics: and a list of metrics are needed");
  const metrics = yaml.members(yaml.root, "the file", ["metrics"]).get("metrics");
  if (metrics === undefined) throw yaml.mistake(0, "metrics: and a list of metrics are needed");
  const taken = new Map<string, string>();
  return yaml.items(metrics, "metrics").map((item) => new MetricReader(yaml, item).read(taken));
}

type Members = ReturnType<YamlReader["members"]>;

class MetricReader {
  readonly #yaml: YamlReader;
  readonly #item: YamlValue;
  readonly #members: Members;

  constructor(yaml: YamlReader, item: YamlValue) {
    this.#yaml = yaml;
    this.#item = item;
    this.#members = yaml.members(item, "a metric", METRIC_MEMBERS);
  }

  read(taken: Map<string, string>): MetricSpec {
    const type = this.#yaml.word(this.#needed("type"), "type", METRIC_TYPES);
    const name = this.#name(type, taken);
    const perCpu = this.#optional("per_cpu", (value) => this.#yaml.word(value, "per_cpu", PER_CPU)) ?? "sum";
    return {
      name,
      type,
      help: this.#optional("help", (value) => this.#yaml.text(value, "help")) ?? `${name} of a map.`,
      map: this.#map(this.#needed("map")),
      isOptional: this.#optional("optional", (value) => this.#yaml.flag(value, "optional")) ?? false,
      value: this.#value(type),
      ...this.#histogram(type),
      unit: this.#unit(name),
      perCpu,
      where: this.#expression("where"),
      labels: this.#labels(type, perCpu),
      maxSeries:
        this.#optional("max_series", (value) => this.#yaml.integer(value, "max_series", 1, MOST_SERIES)) ??
        DEFAULT_MAX_SERIES,
      place: this.#yaml.place(this.#item),
    };
  }

  #needed(name: string): YamlValue {
    const member = this.#members.get(name);
    if (member === undefined) throw this.#yaml.mistake(this.#item.offset, `this metric has no \`${name}\``);
    return member;
  }

  #optional<Value>(name: string, read: (value: YamlValue) => Value): Value | undefined {
    const member = this.#members.get(name);
    return member && read(member);
  }

  #name(type: MetricSpec["type"], taken: Map<string, string>): string {
    const at = this.#needed("name");
    const name = this.#yaml.text(at, "name");
    const problem = metricNameProblem(name, type);
    if (problem !== undefined) throw this.#yaml.mistake(at.offset, problem);
    const names = type === "histogram" ? ["", "_bucket", "_sum", "_count"].map((suffix) => name + suffix) : [name];
    for (const one of names) {
      const other = taken.get(one);
      if (other !== undefined)
        throw this.#yaml.mistake(at.offset, `the metric at ${other} has the name \`${one}\`, too`);
      taken.set(one, this.#yaml.place(at));
    }
    return name;
  }

  #map(value: YamlValue): MapChoice {
    if (!this.#yaml.isMapping(value)) return { by: "name", name: this.#yaml.text(value, "map") };
    const members = [...this.#yaml.members(value, "map", ["name", "pinned", "id", "type"])];
    const [first] = members;
    if (first === undefined || members.length > 1) {
      throw this.#yaml.mistake(value.offset, "map needs one of name, pinned, id and type");
    }
    const [by, at] = first;
    switch (by) {
      case "id":
        return { by, id: this.#yaml.integer(at, "id", 1, MOST_ID) };
      case "type":
        return { by, type: this.#yaml.word(at, "type", MAP_TYPE_NAMES) };
      case "pinned":
        return { by, path: this.#yaml.text(at, "pinned") };
      default:
        return { by: "name", name: this.#yaml.text(at, "name") };
    }
  }

  #value(type: MetricSpec["type"]): QueryText {
    const given = this.#expression("value");
    if (given !== undefined) return given;
    if (type === "info") return { option: this.#yaml.place(this.#item), text: "1" };
    if (type === "histogram") return { option: this.#yaml.place(this.#item), text: "value" };
    throw this.#yaml.mistake(this.#item.offset, "this metric has no `value` (1 counts entries)");
  }

  #histogram(type: MetricSpec["type"]): Pick<MetricSpec, "buckets" | "sum" | "scale"> {
    if (type === "histogram") {
      this.#needed("buckets");
      return { buckets: this.#expression("buckets"), sum: this.#expression("sum"), scale: this.#scale() };
    }
    for (const name of ["buckets", "sum", "scale"]) {
      const member = this.#members.get(name);
      if (member !== undefined) throw this.#yaml.mistake(member.nameAt, `only a histogram has \`${name}\``);
    }
    return { buckets: undefined, sum: undefined, scale: { kind: "log2" } };
  }

  #scale(): Scale {
    const member = this.#members.get("scale");
    if (member === undefined) return { kind: "log2" };
    const scale = parseScale(this.#yaml.text(member, "scale"));
    if (scale === undefined) throw this.#yaml.mistake(member.offset, `scale is ${SCALE_FORMS}`);
    return scale;
  }

  #unit(metric: string): Unit | undefined {
    const member = this.#members.get("unit");
    if (member === undefined) return undefined;
    const word = this.#yaml.word(member, "unit", Object.keys(UNITS));
    const unit = UNITS[word];
    if (unit !== undefined && !new RegExp(`_${unit.base}(?:_|$)`).test(metric)) {
      throw this.#yaml.mistake(
        member.offset,
        `${word} becomes ${unit.base}: the metric's name needs \`_${unit.base}\``,
      );
    }
    return unit;
  }

  /** An expression, whose mistakes are named with the place where it begins. */
  #expression(name: string): QueryText | undefined {
    return this.#optional(name, (value) => this.#text(value, name));
  }

  #text(value: YamlValue, what: string): QueryText {
    return { option: `${this.#yaml.place(value)}: ${what}`, text: this.#yaml.text(value, what) };
  }

  #labels(type: MetricSpec["type"], perCpu: PerCpu): LabelSpec[] {
    const member = this.#members.get("labels");
    if (member === undefined) return [];
    return [...this.#yaml.members(member, "labels")].map(([name, value]) => {
      if (!LABEL_NAME.test(name) || name.startsWith("__")) {
        throw this.#yaml.mistake(value.nameAt, "a label's name has letters, digits and _, and doesn't begin with __");
      }
      const isTaken = (name === "le" && type === "histogram") || (name === "cpu" && perCpu === "each");
      if (isTaken) throw this.#yaml.mistake(value.nameAt, `a label \`${name}\` is there already`);
      return { name, source: this.#label(value) };
    });
  }

  #label(value: YamlValue): LabelSpec["source"] {
    if (this.#yaml.isMapping(value)) {
      const members = this.#yaml.members(value, "a label", ["path", "render"]);
      const path = members.get("path");
      if (path === undefined) throw this.#yaml.mistake(value.offset, "this label has no `path`");
      const render = members.get("render");
      return { kind: "path", path: this.#text(path, "path"), render: render && this.#renderer(render) };
    }
    const text = this.#text(value, "label");
    if (text.text === "map.name" || text.text === "map.id") {
      return { kind: "map", fact: text.text === "map.name" ? "name" : "id" };
    }
    return { kind: "path", path: text, render: undefined };
  }

  #renderer(value: YamlValue): string {
    const name = this.#yaml.text(value, "render");
    const problem = unknownRenderer(name);
    if (problem !== undefined) throw this.#yaml.mistake(value.offset, problem);
    return name;
  }
}
