/** The kinds of facts, by their types in CEL. `undefined` is a fact that is unknown. */
export type FactValue = bigint | number | string | boolean | readonly string[] | undefined;

/** A fact about objects of a kind, such as maps: a column of a table, and a name in conditions and orders. */
export interface FactColumn<Row> {
  readonly name: string;
  readonly kind: "integer" | "number" | "text" | "flag" | "texts";
  readonly value: (row: Row) => FactValue;
}
