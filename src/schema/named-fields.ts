import type { FieldLayout, Layout, RecordLayout, SectionLayout } from "./layout.ts";

/** The fields of a record as its JavaScript object has them: anonymous members are replaced by their own fields. */
export interface NamedField {
  readonly name: string;
  readonly bitOffset: number;
  readonly bitfieldBits: number;
  readonly layout: Layout;
}

/** The fields of a record under their names; those of anonymous structs and unions belong to the record around them. */
export function namedFields(layout: RecordLayout | SectionLayout, base = 0): NamedField[] {
  if (layout.kind === "section") {
    return layout.vars.map(({ name, offset, layout: type }) => ({
      name,
      bitOffset: base + offset * 8,
      bitfieldBits: 0,
      layout: type,
    }));
  }
  return layout.fields.flatMap((field) => flatten(field, base));
}

function flatten({ name, bitOffset, bitfieldBits, layout }: FieldLayout, base: number): NamedField[] {
  const at = base + bitOffset;
  if (name === "" && (layout.kind === "struct" || layout.kind === "union")) return namedFields(layout, at);
  return [{ name, bitOffset: at, bitfieldBits, layout }];
}
