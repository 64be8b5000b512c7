import type { MapSource } from "../../reader/map-source.ts";
import { readBtf } from "../../sdk/types/btf-file.ts";
import {
  type Discriminator,
  type EventType,
  type EventTypes,
  NO_TYPES,
  oneType,
  typesBy,
} from "../../stream/event-types.ts";
import { findType, type TypeLibrary, typesOfBtf, typesOfPrograms } from "../../stream/type-library.ts";
import type { StreamKernel } from "../../sys/events/kernel.ts";
import type { Kernel } from "../../sys/kernel.ts";
import type { Options } from "../args/flags.ts";
import { usage } from "../result/command-error.ts";
import { type RendererChoice, renderedEntryTypes } from "../rows/open-query.ts";

/** The options that give events types. */
export type EventTypeOptions = Pick<Options, "type" | "types" | "typeBy" | "btf" | "btfBase">;

/**
 * Returns the types of `--type`, or of `--types` and `--type-by`: declared in C, or found by name in `--btf FILE` or in
 * the BTF of the programs that use the map. Throws TYPE_INVALID for a type that does not exist or can't be read, and
 * USAGE for options that don't go together.
 */
export function eventTypes(
  options: EventTypeOptions,
  mapId: number,
  kernel: Kernel,
  streams: StreamKernel,
): EventTypes {
  const { type, types, btf, btfBase } = options;
  if (type === undefined && types === undefined) {
    if (btf !== undefined) throw usage("--btf needs --type");
    return NO_TYPES;
  }
  const library = btf === undefined ? typesOfPrograms(kernel, streams, mapId) : typesOfBtf(readBtf(btf, btfBase), btf);
  const asked = askedTypes(options, library);
  if (asked === undefined) return NO_TYPES;
  return "one" in asked ? oneType(asked.one) : typesBy(asked.typeBy, asked.cases);
}

/** The type of all events, or those that an integer of the event tells apart. */
export type AskedTypes =
  | { readonly one: EventType }
  | {
      readonly typeBy: Discriminator;
      readonly cases: readonly { readonly value: bigint; readonly type: EventType }[];
    };

/**
 * The types that `--type`, or `--types` and `--type-by`, name; undefined where neither is given. Throws TYPE_INVALID.
 */
export function askedTypes(
  { type, types, typeBy }: Pick<EventTypeOptions, "type" | "types" | "typeBy">,
  library: TypeLibrary,
): AskedTypes | undefined {
  if (type !== undefined) return { one: findType(library, type) };
  if (types === undefined || typeBy === undefined) return undefined;
  return { typeBy, cases: types.map(({ value, name }) => ({ value, type: findType(library, name) })) };
}

/** The types with the renderers of their fields. */
export async function withEventRenderers(
  types: EventTypes,
  map: MapSource,
  renderers: RendererChoice,
): Promise<EventTypes> {
  const all = types.all.map(async ({ name, layout }) => {
    const { value } = await renderedEntryTypes({ key: undefined, value: layout, untyped: undefined }, map, renderers);
    return { name, layout: value };
  });
  return { ...types, all: await Promise.all(all) };
}
