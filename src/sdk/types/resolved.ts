/** Results by their key; the least recently used first. */
const resolved = new Map<string, unknown>();

/** Each may hold a BTF, and one of a kernel has megabytes. */
const MOST = 16;

/**
 * Returns the result of `resolve`, or the earlier one for the same key: readers of this thread share it. So a program
 * that opens the same map again and again doesn't parse a kernel's BTF each time. What throws or gives nothing is not
 * remembered.
 */
export function resolvedOnce<T>(key: readonly (string | number | undefined)[], resolve: () => T): T {
  const text = JSON.stringify(key);
  const value = (resolved.get(text) as T | undefined) ?? resolve();
  resolved.delete(text);
  if (value !== undefined) resolved.set(text, value);
  for (const [oldest] of resolved) if (resolved.size > MOST) resolved.delete(oldest);
  return value;
}
