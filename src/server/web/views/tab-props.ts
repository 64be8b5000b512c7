import type { MapHead } from "../../page/contract.ts";
import type { View } from "../data/route.ts";
import type { MapState, PageSource } from "../data/source.ts";
import type { Go } from "../data/use-route.ts";

/** The properties of a tab that shows a map's entries. */
export interface TabProps {
  readonly source: PageSource;
  readonly state: MapState;
  readonly version: number;
  readonly head: MapHead;
  readonly route: View;
  readonly go: Go;
}
