/** The prefix of our own declaration tags. */
const TAG = "ebpf-map:";

/** The units in which renderers of quantities take numbers. */
const RENDERED: Readonly<Record<string, string>> = {
  duration: "ns",
  ktime: "ns since boot",
  age: "ns since boot",
  bytes: "bytes",
};

/**
 * The unit that declaration tags give a field: `ebpf-map:unit=packets/s` says it in any words, and a tag that names a
 * renderer, `ebpf-map:duration`, says it by what that shows. Only printable ASCII counts, up to 40 characters.
 */
export function unitOf(...tags: readonly (readonly string[] | undefined)[]): string | undefined {
  const ours = tags.flatMap((some = []) =>
    some.filter((tag) => tag.startsWith(TAG)).map((tag) => tag.slice(TAG.length)),
  );
  const named = ours.map((name) => /^unit=([\x20-\x7e]{1,40})$/.exec(name)?.[1]).find((unit) => unit !== undefined);
  return named ?? ours.map((name) => (Object.hasOwn(RENDERED, name) ? RENDERED[name] : undefined)).find(Boolean);
}

/** The renderers that say a unit. */
export const UNIT_RENDERERS: readonly string[] = Object.keys(RENDERED);
