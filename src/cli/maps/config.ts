import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import { EbpfMapError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { type ConfiguredChoices, unknownRenderer } from "../../output/render/choose.ts";
import { errnoText } from "../../sys/errno.ts";

/** A renderer, and where it is chosen: `config.yaml:2:11`. */
interface Choice {
  readonly renderer: string;
  readonly place: string;
}

/** Renderers by path (`value.last_ns`) or type name (`__be32`). */
type Choices = ReadonlyMap<string, Choice>;

/** What a configuration file says. */
export interface Config {
  /** For all maps. */
  readonly render: Choices;
  /** For maps of a name, which go before those for all. */
  readonly maps: ReadonlyMap<string, Choices>;
  /** Paths of schema files for maps without types of their own. */
  readonly schemas: readonly string[];
}

/** The kernel keeps so many characters of a map's name. */
const NAME_LENGTH = 15;

const EMPTY: Config = { render: new Map(), maps: new Map(), schemas: [] };

/** Reads a configuration file. Throws FILE for one that can't be read, and for a mistake in it with its line and column. */
export function readConfig(path: string): Config {
  try {
    return parseConfig(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (error instanceof EbpfMapError) throw error;
    const { errno = 0, message } = error as NodeJS.ErrnoException;
    const reason = errno === 0 ? message : errnoText(-errno).toLowerCase();
    throw new EbpfMapError("FILE", `read the configuration ${path}: ${reason}`, { path }, error);
  }
}

/** Parses a configuration file's text; `path` is for messages. */
export function parseConfig(text: string, path: string): Config {
  return new ConfigReader(text, path).read();
}

/** The renderers that a configuration chooses for a map, and the origins of the paths of this map. */
export function configuredRenderers({ render, maps }: Config, mapName: string): ConfiguredChoices {
  const paths = new Map<string, string>();
  const types = new Map<string, string>();
  const origins = new Map<string, string>();
  const own = [...maps]
    .filter(([name]) => name.slice(0, NAME_LENGTH) === mapName)
    .flatMap(([, choices]) => [...choices]);
  for (const [what, { renderer }] of [...render, ...own]) {
    if (isPath(what)) paths.set(asElements(what), renderer);
    else types.set(what, renderer);
  }
  for (const [what, { place }] of own) if (isPath(what)) origins.set(asElements(what), place);
  return { paths, types, origins };
}

function isPath(what: string): boolean {
  return /^(?:key|value)\b/.test(what);
}

function asElements(path: string): string {
  return path.replace(/\[(?:\d+|\*)\]/g, "[]");
}

class ConfigReader {
  readonly #lines = new LineCounter();
  readonly #text: string;
  readonly #path: string;

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
  }

  read(): Config {
    const document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) throw this.#mistake(error.pos[0], error.message);
    if (document.contents === null) return EMPTY;
    const root = this.#map(document.contents, "the file");
    let { render, maps, schemas } = EMPTY;
    for (const pair of root.items) {
      const name = this.#name(pair);
      if (name === "render") render = this.#renderers(pair);
      else if (name === "maps") maps = this.#maps(pair);
      else if (name === "schemas") schemas = this.#schemas(pair);
      else throw this.#unknown(pair, name, ["render", "maps", "schemas"]);
    }
    return { render, maps, schemas };
  }

  /** Relative paths begin where the configuration file is. */
  #schemas({ key, value }: Pair): string[] {
    if (!isSeq(value))
      throw this.#mistake(startOf(value) ?? startOf(key) ?? 0, "schemas needs a list of files (- FILE)");
    return value.items.map((item) => {
      const path = isScalar(item) && typeof item.value === "string" ? resolve(dirname(this.#path), item.value) : "";
      if (path !== "" && existsSync(path)) return path;
      throw this.#mistake(
        startOf(item) ?? 0,
        path === "" ? "the path of a file is needed here" : `there is no ${path}`,
      );
    });
  }

  #maps(pair: Pair): Config["maps"] {
    const maps = new Map<string, Choices>();
    for (const map of this.#map(pair.value, "maps").items) {
      const mapName = this.#name(map);
      for (const part of this.#map(map.value, `maps.${mapName}`).items) {
        const name = this.#name(part);
        if (name !== "render") throw this.#unknown(part, name, ["render"]);
        maps.set(mapName, this.#renderers(part));
      }
    }
    return maps;
  }

  #renderers(pair: Pair): Choices {
    const renderers = new Map<string, Choice>();
    for (const one of this.#map(pair.value, "render").items) {
      const name = isScalar(one.value) ? String(one.value.value) : "";
      const problem = unknownRenderer(name);
      if (problem !== undefined) throw this.#mistake(startOf(one.value) ?? startOf(one.key) ?? 0, problem);
      renderers.set(this.#name(one), { renderer: name, place: this.#place(startOf(one.key) ?? 0) });
    }
    return renderers;
  }

  #map(node: unknown, what: string): YAMLMap {
    if (isMap(node)) return node;
    throw this.#mistake(startOf(node) ?? 0, `${what} needs names with values behind them (name: value)`);
  }

  #name({ key }: Pair): string {
    if (isScalar(key)) return String(key.value);
    throw this.#mistake(startOf(key) ?? 0, "a name is needed here");
  }

  #unknown({ key }: Pair, name: string, known: readonly string[]): EbpfMapError {
    const near = nearest(name, known);
    const hint = near === undefined ? ` (there is ${known.join(", ")})` : `; did you mean \`${near}\`?`;
    return this.#mistake(startOf(key) ?? 0, `nothing is called \`${name}\` here${hint}`);
  }

  #place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#path}:${line}:${col}`;
  }

  #mistake(offset: number, what: string): EbpfMapError {
    const { line, col: column } = this.#lines.linePos(offset);
    return new EbpfMapError("FILE", `${this.#place(offset)}: ${what}`, { path: this.#path, line, column });
  }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
