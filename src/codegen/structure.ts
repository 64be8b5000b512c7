import type { Layout } from "../schema/layout.ts";
import { namedFields } from "../schema/named-fields.ts";

/** Numbers layouts so that two have one number if, and only if, they have the same structure and the same C names. */
export class Structures {
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<Layout, number>();

  numberOf(layout: Layout): number {
    const known = this.#known.get(layout);
    if (known !== undefined) return known;
    const description = JSON.stringify([layout.kind, layout.typeName, layout.size, ...this.#parts(layout)]);
    const number = this.#numbers.get(description) ?? this.#numbers.size;
    this.#numbers.set(description, number);
    this.#known.set(layout, number);
    return number;
  }

  #parts(layout: Layout): readonly unknown[] {
    switch (layout.kind) {
      case "int":
        return [layout.encoding, layout.bits, layout.bitOffset, layout.isChar];
      case "float":
      case "pointer":
        return [];
      case "enum":
        return [layout.signed, ...layout.values.map(({ name, value }) => [name, String(value)])];
      case "array":
        return [this.numberOf(layout.element), layout.length, layout.charsDirect, layout.counted === true];
      case "struct":
      case "union":
      case "section":
        return namedFields(layout).map(({ name, bitOffset, bitfieldBits, layout: of }) => {
          return [name, bitOffset, bitfieldBits, this.numberOf(of)];
        });
      case "opaque":
        return [layout.reason];
    }
    return layout satisfies never;
  }
}
