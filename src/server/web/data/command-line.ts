import type { MapHead } from "../../page/contract.ts";
import { type Order, orderText, type View } from "./route.ts";

/** The subject of a command line: a map, or all maps. */
export interface Shown {
  readonly head: MapHead | undefined;
  readonly route: View;
  readonly isLive: boolean;
  /** The options that chose a report's rows. */
  readonly query: readonly string[];
}

/** The command line that shows the same in a terminal. */
export function commandLine({ head, route, isLive, query }: Shown): string {
  if (head === undefined) return isLive ? "ebpf-map top" : "ebpf-map stats";
  const { tab, where, order, type } = route;
  const words = ["ebpf-map", verbOf(head, route, isLive), ...head.words];
  if (tab === "layout") return line(["ebpf-map", "schema", "show", ...head.words]);
  if (head.isStream) return line([...words, ...(type === "" ? [] : ["--type", type])]);
  const asked = query.length > 0 ? query : where === "" ? [] : ["--where", where];
  const sorted = order === undefined || asked.includes("--sort") ? [] : ["--sort", sortOf(order, isLive)];
  return line([...words, ...asked, ...sorted, ...(tab === "histogram" ? ["-o", "hist"] : [])]);
}

function verbOf({ isStream }: MapHead, { tab }: View, isLive: boolean): string {
  if (isStream) return "events";
  return isLive && tab !== "histogram" ? "watch" : "dump";
}

/** Only `watch` has rates. */
function sortOf(order: Order, isLive: boolean): string {
  return orderText(isLive ? order : { ...order, path: order.path.replace(/\.rate$/, "") });
}

function line(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
