import type { KindName } from "./kinds.ts";

/**
 * A refusal that the verifier prints. The pattern is of the whole message, as `expressionOf` reads it; reason and cure
 * are sentences of our own in which `{reg}` and the like stand for what the message had there. Where a row has no cure,
 * its kind's is the one.
 */
export interface MessageRow {
  readonly pattern: string;
  readonly kind: KindName;
  readonly reason: string;
  readonly cure?: string;
  /**
   * Of several messages of one refusal the one with the highest weight is the one that says most. 1 where not given.
   */
  readonly weight?: number;
}

/** A row as the tables write it. */
export function row(pattern: string, kind: KindName, reason: string, cure?: string, weight?: number): MessageRow {
  return { pattern, kind, reason, ...(cure && { cure }), ...(weight !== undefined && { weight }) };
}
