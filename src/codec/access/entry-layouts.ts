import type { Layout } from "../../schema/layout.ts";

/** The types of a map's entries. There is no key layout where a map has none, as global data, or bpftool shows none. */
export interface EntryLayouts {
  readonly key: Layout | undefined;
  readonly value: Layout;
}
