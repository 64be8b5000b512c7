import { uniqueNames } from "../../unique-names.ts";
import type { BtfMember } from "../types.ts";
import { legalName } from "./identifiers.ts";
import type { RecordType } from "./tagged.ts";

/** The most names that one scope has: as many as a record of BTF can have members. */
const MAX_NAMES = 65_535;
/** The deepest anonymous record; the kernel takes 32 levels. */
const MAX_DEPTH = 64;

/** The names of a record's members, which those of its anonymous records belong to. */
export class MemberNames {
  readonly #names: readonly string[];
  readonly #used: Set<string>;
  #next = 0;

  /** `names` as the BTF has them, "" for members without one; they are handed out in this order. */
  constructor(names: readonly string[]) {
    this.#names = uniqueNames(names.map((name) => (name === "" ? "" : legalName(name))));
    this.#used = new Set(this.#names);
  }

  /** The name of the next member. */
  next(): string {
    return this.#names[this.#next++] ?? this.extra("more");
  }

  /** A name for what the BTF has no member for, which no member has. */
  extra(name: string): string {
    let taken = name;
    for (let i = 1; this.#used.has(taken); i++) taken = `${name}_${i}`;
    this.#used.add(taken);
    return taken;
  }
}

/**
 * The names of a record's members and of those of its anonymous records; `anonymous` gives the record of a member that
 * is one.
 */
export function scopeNames(
  { members }: RecordType,
  anonymous: (member: BtfMember) => RecordType | undefined,
  depth = 0,
): string[] {
  const names: string[] = [];
  for (const member of members) {
    if (names.length >= MAX_NAMES) break;
    const record = depth < MAX_DEPTH ? anonymous(member) : undefined;
    if (record === undefined) names.push(member.name);
    else for (const name of scopeNames(record, anonymous, depth + 1)) names.push(name);
  }
  return names;
}
