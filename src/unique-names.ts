/** Names that are all different; `_0`, `_1` for the first and second member without one, `a_1` for a second `a`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const declared = new Set(names);
  if (declared.size === names.length && !declared.has("")) return names;
  const used = new Set<string>();
  const suffixes = new Map<string, number>();
  let unnamed = 0;
  return names.map((name) => {
    const wanted = name === "" ? `_${unnamed++}` : name;
    let unique = wanted;
    while (used.has(unique) || (unique !== name && declared.has(unique))) {
      const suffix = (suffixes.get(wanted) ?? 0) + 1;
      suffixes.set(wanted, suffix);
      unique = `${wanted}_${suffix}`;
    }
    used.add(unique);
    return unique;
  });
}
