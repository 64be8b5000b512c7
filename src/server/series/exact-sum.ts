/** Adds two numbers. Integers are exact, however large; with a fraction on either side the sum is a double. */
export function addExactly(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum) || !Number.isInteger(a) || !Number.isInteger(b)) return sum;
    return BigInt(a) + BigInt(b);
  }
  if (isWhole(a) && isWhole(b)) return BigInt(a) + BigInt(b);
  return Number(a) + Number(b);
}

function isWhole(value: number | bigint): boolean {
  return typeof value === "bigint" || Number.isInteger(value);
}
