import { layoutToJson } from "../schema/file/layout-json.ts";
import type { EventForm, GeneratedEvents, NamedLayout } from "./generated.ts";
import { commentText, type FileNames, literal, propertyName } from "./identifiers.ts";
import type { Names } from "./names.ts";
import { RUNTIME_VERSION } from "./runtime-version.ts";

/** The types that the events of a form can have, each once. */
export function typesOfEvents(events: EventForm): readonly NamedLayout[] {
  switch (events.kind) {
    case "one":
      return [events.type];
    case "tagged":
      return [...new Map(events.cases.map(({ type }) => [type.name, type])).values()];
    case "chosen":
      return events.types;
    case "bytes":
      return [];
  }
  return events satisfies never;
}

/** The layouts of events as constants: the runtime decodes events, which may be shorter or longer than their type. */
export class EventLayouts {
  readonly #file: FileNames;
  /** By the text of the layout. */
  readonly #constants = new Map<string, string>();
  readonly #lines: string[] = [];

  constructor(file: FileNames) {
    this.#file = file;
  }

  /** The name of the constant for a type. */
  constant({ name, layout }: NamedLayout): string {
    const text = JSON.stringify(layoutToJson(layout));
    const known = this.#constants.get(text);
    if (known !== undefined) return known;
    const constant = this.#file.layout(layout.typeName || name);
    this.#constants.set(text, constant);
    this.#lines.push(`const ${constant} =\n  ${literal(text)};\n`);
    return constant;
  }

  /** The declarations of those that were asked for. */
  get code(): string {
    return this.#lines.join("");
  }
}

/** The function that opens a stream of events, and the types of the events. */
export function streamCode(stream: GeneratedEvents, names: Names, file: FileNames, layouts: EventLayouts): string {
  const { name, perf, events } = stream;
  const words = file.stream(name);
  const types = typesOfEvents(events);
  const table = `{ ${types.map((type) => `${propertyName(type.name)}: ${names.type(type.layout)}`).join("; ")} }`;
  const options = perf ? "PerfOptions" : "RingOptions";
  const cases =
    events.kind === "tagged"
      ? events.cases.map(({ value, type }) => caseCode(type, layouts, String(value)))
      : types.map((type) => caseCode(type, layouts));
  const typeBy = events.kind === "tagged" ? `, typeBy: ${literal(events.typeBy)}` : "";
  const source = `{ runtime: ${RUNTIME_VERSION}, perf: ${perf}${typeBy}, types: [${cases.join(", ")}] }`;
  const rest = perf ? ": PerfOptions" : ": RingOptions = {}";
  const about = `/** Opens the events of a ${perf ? "perf event array" : "ring buffer"} such as \`${commentText(name)}\``;
  const fails = "Throws SCHEMA_MISMATCH for a map of the other kind, and what `openStream` throws. */";
  const open = (generic: string, option: string, stream: string): string =>
    `${about}. ${fails}\nexport function ${words.open}${generic}(handle: LiveHandle, options${option}): ${stream} {\n  return openGeneratedStream(${source}, handle, options);\n}\n`;
  switch (events.kind) {
    case "one":
      return open("", rest, `EventStream<${names.type(events.type.layout)}>`);
    case "bytes":
      return open("", rest, "EventStream<undefined>");
    case "tagged": {
      const declared = `/** An event of \`${commentText(name)}\`: its \`type\` says what its \`value\` is. */\nexport type ${words.event} = TaggedEvent<${table}>;\n`;
      const union = [...new Set(types.map(({ layout }) => names.type(layout)))].join(" | ");
      return `${declared}\n${open("", rest, `EventStream<${union}, ${words.event}>`)}`;
    }
    case "chosen": {
      const declared = `/** The types that events of \`${commentText(name)}\` may have, by the name that \`type\` takes. */\nexport type ${words.types} = ${table};\n`;
      const generic = `<Type extends keyof ${words.types}>`;
      const option = `: ${options} & { readonly type: Type }`;
      return `${declared}\n${open(generic, option, `EventStream<${words.types}[Type]>`)}`;
    }
  }
  return events satisfies never;
}

function caseCode(type: NamedLayout, layouts: EventLayouts, is?: string): string {
  const tag = is === undefined ? "" : `, is: ${literal(is)}`;
  return `{ name: ${literal(type.name)}, layout: ${layouts.constant(type)}${tag} }`;
}
