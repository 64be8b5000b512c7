import type { Layout } from "../../schema/layout.ts";

/** The types of a map's entries. The key is undefined where a map has no key type, as with global data. */
export interface EntryLayouts {
  readonly key: Layout | undefined;
  readonly value: Layout;
}
