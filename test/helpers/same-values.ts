/**
 * Tells where a value that a reader of columns gives differs from the same value in `-o ndjson --int64 string`.
 * Undefined where it is the same: integers may be numbers, bigints or digits, bytes a list, digits or a number, and
 * what has no bytes (an empty record or array, a type that says nothing) has no column.
 */
export function difference(json: unknown, column: unknown, path = "row"): string | undefined {
  if (column instanceof Uint8Array) return sameBytes(json, column) ? undefined : told(path, json, column);
  if (Array.isArray(json) && Array.isArray(column)) {
    if (json.length !== column.length) return told(`${path}.length`, json.length, column.length);
    return first(json.map((one, i) => difference(one, column[i], `${path}[${i}]`)));
  }
  // JSON gives a value that is equal on all CPUs once, without a list.
  if (Array.isArray(column) && column.length === 1) return difference(json, column[0], path);
  if (isObject(json) && isObject(column)) {
    const names = new Set([...Object.keys(json), ...Object.keys(column)]);
    return first(
      [...names].map((name) => {
        if (!(name in column) && isNothing(json[name])) return undefined;
        return difference(json[name], column[name], `${path}.${name}`);
      }),
    );
  }
  return isSameScalar(json, column) ? undefined : told(path, json, column);
}

function first(found: readonly (string | undefined)[]): string | undefined {
  return found.find((one) => one !== undefined);
}

function told(path: string, json: unknown, column: unknown): string {
  const shown = (value: unknown): string =>
    JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `${one}n` : one)) ?? "nothing";
  return `${path}: ${shown(json)} in JSON, ${shown(column)} in columns`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Empty, or a type that says nothing. */
function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isNothing);
  if (isObject(value)) return Object.values(value).every(isNothing);
  return value === null;
}

function isSameScalar(json: unknown, column: unknown): boolean {
  if (json === null || json === undefined) return column === null || column === undefined;
  if (typeof json === "number" && typeof column === "number") {
    return Object.is(json, column) || Math.fround(json) === column || json === column;
  }
  // NaN and the infinities have no digits.
  if (typeof json === "string" && typeof column === "number") return json === String(column);
  return typeof column === "boolean" ? json === column : String(json) === String(column);
}

function sameBytes(json: unknown, bytes: Uint8Array): boolean {
  const hex = Buffer.from(bytes).toString("hex");
  if (Array.isArray(json)) return Buffer.from(json.map(Number)).toString("hex") === hex;
  if (typeof json !== "string") return false;
  if (json === hex) return true;
  if (!/^-?\d+$/.test(json)) return false;
  const unsigned = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return BigInt(json) === unsigned || BigInt(json) === BigInt.asIntN(bytes.length * 8, unsigned);
}
