import { resolveModifiers } from "../../../btf/resolve.ts";
import { typeName } from "../../../btf/type-name.ts";
import type { SearchableTypes } from "../../../btf/types.ts";
import type { EventForm, NamedLayout } from "../../../codegen/generated.ts";
import { EbpfMapError } from "../../../errors.ts";
import { layoutFromBtf } from "../../../schema/from-btf.ts";
import { withoutNewtypes } from "../../../schema/newtypes.ts";
import { discriminatorText } from "../../../stream/event-types.ts";
import type { AskedTypes } from "../../events/types.ts";

/** A variable that is there for its type's sake: `struct event *unused_event __attribute__((unused));`. */
const UNUSED = /(^|_)unused(_|\d|$)/i;

/** The form of events whose types the command line names. */
export function askedForm(asked: AskedTypes): EventForm {
  if ("one" in asked) return { kind: "one", type: asked.one };
  return { kind: "tagged", typeBy: discriminatorText(asked.typeBy), cases: asked.cases };
}

/** The form of events that nobody named a type for: those that the program's source keeps for its readers. */
export function keptForm(types: readonly NamedLayout[]): EventForm {
  const [only, ...others] = types;
  if (only === undefined) return { kind: "bytes" };
  return others.length === 0 ? { kind: "one", type: only } : { kind: "chosen", types };
}

/**
 * The types that an object file keeps for readers of its events: those that global pointers called `unused` point to,
 * by which sources have clang write a type into the BTF.
 */
export function keptTypes(btf: SearchableTypes): NamedLayout[] {
  const found = new Map<string, NamedLayout>();
  for (const { id, name, kind } of btf.names()) {
    if (kind !== "var" || !UNUSED.test(name)) continue;
    const type = readable(() => pointedTo(btf, id));
    if (type !== undefined && !found.has(type.name)) found.set(type.name, type);
  }
  return [...found.values()];
}

function pointedTo(btf: SearchableTypes, variable: number): NamedLayout | undefined {
  const type = btf.type(variable);
  const pointer = type.kind === "var" ? btf.type(resolveModifiers(btf, type.type)) : undefined;
  if (pointer?.kind !== "ptr") return undefined;
  return namedEventType(btf, withoutQualifiers(btf, pointer.type));
}

/** A type of events by its id, undefined for one without bytes. */
export function namedEventType(btf: SearchableTypes, id: number): NamedLayout | undefined {
  const layout = withoutNewtypes(layoutFromBtf(btf, id));
  return layout.size === 0 || layout.kind === "opaque" ? undefined : { name: typeName(btf, id), layout };
}

/** `const struct event` is called `struct event`; a typedef keeps its name. */
function withoutQualifiers(btf: SearchableTypes, id: number): number {
  const type = btf.type(id);
  const isQualifier = type.kind === "const" || type.kind === "volatile" || type.kind === "type_tag";
  return isQualifier ? withoutQualifiers(btf, type.type) : id;
}

/** The answer to a question about types; undefined where there is no layout for what they say. */
export function readable<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch (error) {
    if (error instanceof EbpfMapError && (error.code === "BTF_INVALID" || error.code === "LAYOUT_INVALID"))
      return undefined;
    throw error;
  }
}
