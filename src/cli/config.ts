import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import { EbpfMapError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { type RenderChoices, unknownRenderer } from "../output/render/choose.ts";

/** What a configuration file says. */
export interface Config {
  /** Renderers for all maps, by path (`value.last_ns`) or type name (`__be32`). */
  readonly render: ReadonlyMap<string, string>;
  /** Renderers for maps of a name, which go before those for all. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Paths of schema files for maps without types of their own. */
  readonly schemas: readonly string[];
}

const EMPTY: Config = { render: new Map(), maps: new Map(), schemas: [] };

/** Reads a configuration file. Throws FILE for one that can't be read, and for a mistake in it with its line and column. */
export function readConfig(path: string): Config {
  try {
    return parseConfig(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (error instanceof EbpfMapError) throw error;
    const { message } = error as NodeJS.ErrnoException;
    throw new EbpfMapError("FILE", `read the configuration: ${message}`, { path }, error);
  }
}

/** Parses a configuration file's text; `path` is for messages. */
export function parseConfig(text: string, path: string): Config {
  return new ConfigReader(text, path).read();
}

/** The renderers that a configuration chooses for a map. */
export function configuredRenderers({ render, maps }: Config, mapName: string): RenderChoices {
  const paths = new Map<string, string>();
  const types = new Map<string, string>();
  for (const [what, name] of [...render, ...(maps.get(mapName) ?? [])]) {
    if (/^(?:key|value)\b/.test(what)) paths.set(what.replace(/\[(?:\d+|\*)\]/g, "[]"), name);
    else types.set(what, name);
  }
  return { paths, types };
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
    const maps = new Map<string, ReadonlyMap<string, string>>();
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

  #renderers(pair: Pair): ReadonlyMap<string, string> {
    const renderers = new Map<string, string>();
    for (const one of this.#map(pair.value, "render").items) {
      const name = isScalar(one.value) ? String(one.value.value) : "";
      const problem = unknownRenderer(name);
      if (problem !== undefined) throw this.#mistake(startOf(one.value) ?? startOf(one.key) ?? 0, problem);
      renderers.set(this.#name(one), name);
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

  #mistake(offset: number, what: string): EbpfMapError {
    const { line, col } = this.#lines.linePos(offset);
    return new EbpfMapError("FILE", `${this.#path}:${line}:${col}: ${what}`, { path: this.#path, line, column: col });
  }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
