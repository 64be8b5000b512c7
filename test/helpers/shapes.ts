/** The three forms in which bpftool prints, with the option that chooses each. */
export const SHAPES = {
  plain: [],
  json: ["-j"],
  pretty: ["-p"],
} as const satisfies Record<string, readonly string[]>;

export type Shape = keyof typeof SHAPES;

export const SHAPE_NAMES: readonly Shape[] = ["plain", "json", "pretty"];
