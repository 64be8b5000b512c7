import type { Finding, Module, Project } from "../project.ts";

/** What a layer, a folder of src/, may import besides itself and the leaves: whole layers, or `types of` them. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  sys: [],
  btf: [],
  schema: ["btf"],
  reader: ["sys", "btf"],
  codec: ["schema", "types of reader"],
  snapshot: ["sys", "btf", "reader", "codec"],
  query: ["schema", "reader", "codec"],
  stream: ["sys", "btf", "schema", "reader", "codec"],
  verifier: ["btf"],
  output: ["sys", "btf", "schema", "reader", "codec", "query", "stream"],
  metrics: ["types of reader"],
  sdk: ["sys", "btf", "schema", "reader", "codec", "snapshot", "query", "stream", "output", "metrics"],
  codegen: ["schema", "codec", "query", "sdk"],
  doctor: ["sys", "btf", "schema", "reader", "codec", "snapshot", "query", "output"],
  server: ["sys", "btf", "schema", "reader", "codec", "query", "stream", "output", "metrics", "sdk"],
  manual: [],
};

/** The modules of src/ that every layer may import, and that import each other alone. */
const LEAVES = ["src/errors.ts", "src/bytes.ts", "src/nearest.ts", "src/unique-names.ts"];

/** What makes of the layers the package and the command: these import what they like, and only they each other. */
const TOP = ["cli", "index.ts"];

/**
 * The rooms of src/cli; a room imports from those before its own. Rooms that stand together don't import each other.
 */
const ROOMS: readonly (readonly string[])[] = [
  ["package"],
  ["result"],
  ["args"],
  ["session"],
  ["screen"],
  ["reads"],
  ["maps"],
  ["rows"],
  ["watch", "events", "manual"],
  ["top"],
  ["commands"],
];

/** The modules that stand in src/cli itself: those that load the rooms. */
const LOOSE = ["src/cli/main.ts", "src/cli/load-command.ts"];

/** Imports that go up, from a layer to one that is built on it. */
export function upwardImports({ modules }: Pick<Project, "modules">): Finding[] {
  return modules.flatMap((module) => {
    const layer = layerOf(module.path);
    if (TOP.includes(layer)) return [];
    if (LEAVES.includes(module.path)) return unlessIn(module, (path) => LEAVES.includes(path), "a leaf");
    const allowed = LAYERS[layer];
    if (allowed === undefined)
      return [{ path: module.path, what: `${layer} is no layer: see test/lint/rules/layers.ts` }];
    return unlessIn(module, (path, types) => isAllowed(layer, allowed, path, types), layer);
  });
}

function isAllowed(layer: string, allowed: readonly string[], path: string, types: boolean): boolean {
  const target = layerOf(path);
  return (
    target === layer ||
    LEAVES.includes(path) ||
    allowed.includes(target) ||
    (types && allowed.includes(`types of ${target}`))
  );
}

/** Imports that go up inside src/cli, and modules that stand in no room. */
export function upwardCliImports({ modules }: Pick<Project, "modules">): Finding[] {
  return modules
    .filter(({ path }) => path.startsWith("src/cli/"))
    .flatMap((module) => {
      const { path } = module;
      const rank = rankOf(path);
      if (LOOSE.includes(path)) return [];
      if (rank === -1) return [{ path, what: "stands in no room: see test/lint/rules/layers.ts" }];
      const down = (to: string) => rankOf(to) !== -1 && rankOf(to) < rank;
      return unlessIn(
        module,
        (to) => !to.startsWith("src/cli/") || roomOf(to) === roomOf(path) || down(to),
        roomOf(path),
      );
    });
}

/** A finding for each import that isn't accepted. */
function unlessIn(module: Module, accepts: (path: string, types: boolean) => boolean, what: string): Finding[] {
  const { path, imports } = module;
  const refused = imports.filter((imported) => !accepts(imported.path, imported.types));
  return refused.map(({ path: to, line }) => ({ path, line, what: `${what} must not import ${to}` }));
}

/** The folder of a module in src/, or its name if it lies there itself. */
function layerOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** The folder of a module in src/cli/. */
function roomOf(path: string): string {
  return path.split("/")[2] ?? "";
}

function rankOf(path: string): number {
  return ROOMS.findIndex((rooms) => rooms.includes(roomOf(path)));
}
