import { scalarKind } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";

/** Renderers of amounts, whose changes mean what those of a plain integer do. */
const AMOUNTS: readonly string[] = ["bytes", "duration"];

/** Words of names that count, whatever else stands in the name: `last_minute_packets`, `total_time_ns`. */
const COUNTS =
  /^(?:packets?|pkts?|bytes?|octets?|counte?r?s?|cnt|total|sum|hits?|miss(?:es)?|drops?|dropped|errors?|requests?|events?|calls?|runs?|runtime|cpu|retrans(?:mits)?)$/;
/**
 * Words of names of points in time, of numbers that name something, and of sets of bits: a rate of these means nothing.
 */
const TIMES =
  /^(?:ts|time|timestamp|ktime|jiffies|first|last|seen|start(?:ed)?|expir(?:es?|y)|deadline|created|updated|since|at|when)$/;
const NAMES =
  /^(?:id|pid|tid|tgid|ppid|uid|gid|ifindex|ifidx|cookie|ino(?:de)?|port|sport|dport|proto(?:col)?|family|netns|vlan|mark|zone|handle|hash|addr|saddr|daddr|ip|mac|version|ver|type|index|idx|seq|ack|state|status|mode|prio(?:rity)?|ttl|tos|dscp|code|generation|magic|ptr|token)$/;
const BITS = /^(?:flags?|mask|bitmap|bits|features|caps)$/;

/**
 * Tells by the name of an integer whether it counts something, so that its change in a second means anything.
 * Timestamps, ids and flags don't; a renderer would say so, too, but most programs have none.
 */
export function countsUp(path: string): boolean {
  const member = /([A-Za-z_]\w*)\W*$/.exec(path.replace(/\[\d+\]/g, ""))?.[1] ?? "";
  const words = member.toLowerCase().split("_");
  if (words.some((word) => COUNTS.test(word))) return true;
  return !words.some((word) => TIMES.test(word) || NAMES.test(word) || BITS.test(word));
}

/** Tells whether the change of a field means anything: an integer that counts, by its renderer or its name. */
export function isCounting(field: Field, name: string): boolean {
  return isAmount(field) && (field.layout.rendering !== undefined || countsUp(name));
}

/** Tells whether a field is a plain integer, or one that a renderer shows as an amount. */
export function isAmount(field: Field): boolean {
  const { layout } = field;
  if (layout.kind !== "int" || layout.isChar || scalarKind(field) !== "integer") return false;
  return layout.rendering === undefined || AMOUNTS.includes(layout.rendering);
}
