import { parseBtf } from "../../src/btf/parse.ts";
import { layoutFromBtf } from "../../src/schema/from-btf.ts";
import type { Layout } from "../../src/schema/layout.ts";
import { BtfBuilder } from "./btf-builder.ts";

/** The layout of the type that `make` adds to BTF: for types that no declaration in C gives. */
export function layoutOf(make: (btf: BtfBuilder) => number): Layout {
  const btf = new BtfBuilder();
  const id = make(btf);
  return layoutFromBtf(parseBtf(btf.build()), id);
}
