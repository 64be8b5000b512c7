import type { FieldLayout, Layout, RecordLayout } from "./layout.ts";

/** The name that Rust gives the only field of `struct Port(u16)`. */
const WRAPPED = "__0";

/**
 * Returns the layout with Rust's newtypes replaced by what they wrap: `struct Port(u16)` is a number and no record, as
 * its author reads and writes it. A field of no bytes beside it, a `PhantomData`, says nothing. bpftool shows the
 * record, so its dialect doesn't take this. Layouts that have no newtypes are returned as they are.
 */
export function withoutNewtypes(layout: Layout): Layout {
  return new Unwrapper().of(layout);
}

class Unwrapper {
  /** Types are shared: each is visited once. */
  readonly #made = new Map<Layout, Layout>();

  of(layout: Layout): Layout {
    const known = this.#made.get(layout);
    if (known !== undefined) return known;
    const made = this.#unwrapped(layout);
    this.#made.set(layout, made);
    return made;
  }

  #unwrapped(layout: Layout): Layout {
    switch (layout.kind) {
      case "array": {
        const element = this.of(layout.element);
        return element === layout.element ? layout : { ...layout, element };
      }
      case "section": {
        const vars = layout.vars.map((one) => withLayout(one, this.of(one.layout)));
        return isSame(vars, layout.vars) ? layout : { ...layout, vars };
      }
      case "struct":
      case "union": {
        const wrapped = wrappedField(layout);
        if (wrapped !== undefined) return this.#tagged(layout, wrapped);
        const fields = layout.fields.map((field) => withLayout(field, this.of(field.layout)));
        return isSame(fields, layout.fields) ? layout : { ...layout, fields };
      }
      default:
        return layout;
    }
  }

  /** The wrapped layout; what tags say of the newtype and its field, they say of that. */
  #tagged(record: RecordLayout, field: FieldLayout): Layout {
    const inner = this.of(field.layout);
    const tags = [...(record.tags ?? []), ...(field.tags ?? []), ...(inner.tags ?? [])];
    return tags.length === 0 ? inner : { ...inner, tags };
  }
}

/** The field of a newtype: the only one with bytes, and all of them. */
function wrappedField({ kind, size, fields }: RecordLayout): FieldLayout | undefined {
  const [only, ...others] = fields.filter((field) => field.layout.size > 0 || field.bitfieldBits > 0);
  if (kind !== "struct" || only === undefined || others.length > 0 || only.name !== WRAPPED) return undefined;
  return only.bitOffset === 0 && only.bitfieldBits === 0 && only.layout.size === size ? only : undefined;
}

function withLayout<T extends { readonly layout: Layout }>(part: T, layout: Layout): T {
  return part.layout === layout ? part : { ...part, layout };
}

function isSame<T>(parts: readonly T[], before: readonly T[]): boolean {
  return parts.every((part, i) => part === before[i]);
}
