import type { FactColumn } from "../../../../src/query/facts/facts.ts";

/** Facts about a map, some of which may be unknown. */
export interface Row {
  readonly id: number;
  readonly type: string;
  readonly memlock?: number;
  readonly pinned?: readonly string[];
}

export const COLUMNS: readonly FactColumn<Row>[] = [
  { name: "id", kind: "integer", value: ({ id }) => BigInt(id) },
  { name: "type", kind: "text", value: ({ type }) => type },
  { name: "memlock", kind: "integer", value: ({ memlock }) => (memlock === undefined ? undefined : BigInt(memlock)) },
  { name: "pinned", kind: "texts", value: ({ pinned }) => pinned },
];

export const ROWS: readonly Row[] = [
  { id: 1, type: "hash", memlock: 300, pinned: ["/p/a"] },
  { id: 2, type: "array", memlock: 20, pinned: [] },
  { id: 3, type: "hash" },
];
