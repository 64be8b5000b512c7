import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, type YAMLMap } from "yaml";
import { EbpfMapError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { type ConfiguredChoices, unknownRenderer } from "../../output/render/choose.ts";
import { readRegularFile } from "../../sdk/types/regular-file.ts";
import { yamlContents } from "../../server/config/yaml-contents.ts";
import { anyOf } from "../args/values/choice.ts";
import { type ConfigFile, distrust } from "./config-files.ts";

/** A renderer, and the place that chooses it: `config.yaml:2:11`. */
interface Choice {
  readonly renderer: string;
  readonly place: string;
}

/** Renderers by path (`value.last_ns`) or type name (`__be32`). */
type Choices = ReadonlyMap<string, Choice>;

/** The contents of a configuration file. */
export interface Config {
  /** Renderers for all maps. */
  readonly render: Choices;
  /** Renderers for maps of a name, which take precedence. */
  readonly maps: ReadonlyMap<string, Choices>;
  /** Paths of schema files for maps without types of their own. */
  readonly schemas: readonly string[];
}

/** The number of characters that the kernel keeps of a map's name. */
const NAME_LENGTH = 15;

const EMPTY: Config = { render: new Map(), maps: new Map(), schemas: [] };

/** The size limit of a configuration file: about as much as the YAML parser reads in a second. */
const MOST_BYTES = 64 * 1024;

/**
 * Reads a configuration file. Throws FILE for one that can't be read, and for a mistake in it with its line and column.
 */
export function readConfig({ path, owner }: ConfigFile): Config {
  const doing = `read the configuration ${path}`;
  const { bytes, stats } = readRegularFile(path, doing, MOST_BYTES);
  // It may have been replaced since it was found.
  const reason = distrust(stats, owner);
  if (reason !== undefined) throw new EbpfMapError("FILE", `${doing}: ${reason}`, { path });
  return parseConfig(Buffer.from(bytes).toString("utf8"), path);
}

/** Parses a configuration file's text; `path` is for messages. */
export function parseConfig(text: string, path: string): Config {
  return new ConfigReader(text, path).read();
}

/** Returns the renderers that a configuration chooses for a map, and the origins of this map's paths. */
export function configuredRenderers({ render, maps }: Config, mapName: string): ConfiguredChoices {
  const paths = new Map<string, string>();
  const types = new Map<string, string>();
  const origins = new Map<string, string>();
  const forMap = [...maps]
    .filter(([name]) => name.slice(0, NAME_LENGTH) === mapName)
    .flatMap(([, choices]) => [...choices]);
  for (const [what, { renderer }] of [...render, ...forMap]) {
    if (isPath(what)) paths.set(asElements(what), renderer);
    else types.set(what, renderer);
  }
  for (const [what, { place }] of forMap) if (isPath(what)) origins.set(asElements(what), place);
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
    const contents = yamlContents(this.#text, this.#lines, (offset, what) => this.#mistake(offset, what));
    if (contents === null) return EMPTY;
    const root = this.#map(contents, "the file");
    let { render, maps, schemas } = EMPTY;
    for (const [name, pair] of this.#named(root)) {
      if (name === "render") render = this.#renderers(pair);
      else if (name === "maps") maps = this.#maps(pair);
      else if (name === "schemas") schemas = this.#schemas(pair);
      else throw this.#unknown(pair, name, ["render", "maps", "schemas"]);
    }
    return { render, maps, schemas };
  }

  /** Reads the list of schema files. Relative paths start at the folder of the configuration file. */
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
    for (const [mapName, map] of this.#named(this.#map(pair.value, "maps"))) {
      for (const [name, part] of this.#named(this.#map(map.value, `maps.${mapName}`))) {
        if (name !== "render") throw this.#unknown(part, name, ["render"]);
        maps.set(mapName, this.#renderers(part));
      }
    }
    return maps;
  }

  #renderers(pair: Pair): Choices {
    const renderers = new Map<string, Choice>();
    for (const [field, one] of this.#named(this.#map(pair.value, "render"))) {
      if (isAlias(one.value)) throw this.#mistake(startOf(one.value) ?? 0, "aliases are not supported");
      const name = isScalar(one.value) ? String(one.value.value) : "";
      const problem = unknownRenderer(name);
      if (problem !== undefined) throw this.#mistake(startOf(one.value) ?? startOf(one.key) ?? 0, problem);
      renderers.set(field, { renderer: name, place: this.#place(startOf(one.key) ?? 0) });
    }
    return renderers;
  }

  #map(node: unknown, what: string): YAMLMap {
    if (isMap(node)) return node;
    if (isAlias(node)) throw this.#mistake(startOf(node) ?? 0, "aliases are not supported");
    throw this.#mistake(startOf(node) ?? 0, `${what} must have names with values (name: value)`);
  }

  /** Returns the pairs of a map by name. Throws FILE for a name that occurs twice. */
  #named({ items }: YAMLMap): Map<string, Pair> {
    const named = new Map<string, Pair>();
    for (const pair of items) {
      const name = this.#name(pair);
      if (named.has(name)) throw this.#mistake(startOf(pair.key) ?? 0, "this name stands here twice");
      named.set(name, pair);
    }
    return named;
  }

  #name({ key }: Pair): string {
    if (isScalar(key)) return String(key.value);
    throw this.#mistake(startOf(key) ?? 0, "a name is needed here");
  }

  #unknown({ key }: Pair, name: string, known: readonly string[]): EbpfMapError {
    const near = nearest(name, known);
    // A name unlike any of ours isn't quoted: the file may not be a configuration at all.
    if (near === undefined) return this.#mistake(startOf(key) ?? 0, `only ${anyOf(known)} can stand here`);
    return this.#mistake(startOf(key) ?? 0, `nothing is called \`${name}\` here; did you mean \`${near}\`?`);
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
