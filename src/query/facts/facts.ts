/** The value of a named fact; null where it is unknown. */
export type FactValue = string | number | boolean | null;

/** A fact about things of one kind, by whose name conditions and orders refer to it. */
export interface Fact<Thing> {
  readonly name: string;
  readonly type: "text" | "number" | "bool";
  readonly of: (thing: Thing) => FactValue;
}
