import { typeText } from "../../codec/access/accessor.ts";
import { type Field, memberText, wholeField } from "../../codec/access/field.ts";
import { EbpfMapError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { layoutsOf } from "../../query/fields/layouts.ts";
import { splitParts } from "../../query/fields/parts.ts";
import { type EntryTypes, parsePath, resolvePath } from "../../query/fields/path.ts";
import { type QueryText, queryError, type Range } from "../../query/fields/query-error.ts";
import type { FieldLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { type Member, membersOfRecord } from "../../schema/named-fields.ts";
import { rendererByName } from "./by-name.ts";
import { RENDERERS, rendererOf } from "./render.ts";

/** Renderers by path (`value.addrs[]` for all elements) and by type name; "none" turns renderers off. */
export interface RenderChoices {
  readonly paths: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, string>;
}

/** The choices of a configuration file, with the origin of each path of a map: `config.yaml:2:11`. */
export interface ConfiguredChoices extends RenderChoices {
  readonly origins: ReadonlyMap<string, string>;
}

export const NO_CHOICES: ConfiguredChoices = { paths: new Map(), types: new Map(), origins: new Map() };

/** The sources of choices; earlier ones take precedence. */
export interface RenderSources {
  /** From `--render`. */
  readonly asked: RenderChoices;
  /** From the configuration file. */
  readonly configured: ConfiguredChoices;
  /** True if fields that nothing else chooses a renderer for get one by their type and name (`__be32 saddr`). */
  readonly byName?: boolean;
}

/** Types that mean the same everywhere. */
const KNOWN_TYPES: ReadonlyMap<string, string> = new Map([
  ["struct in_addr", "ipv4"],
  ["struct in6_addr", "ipv6"],
]);
const TAG = "ebpf-map:";

/**
 * Parses `key.saddr=ipv4,__be16=port`. Throws QUERY_INVALID for an unknown path and for a renderer that doesn't fit.
 */
export function parseRender(source: QueryText, entryTypes: EntryTypes): RenderChoices {
  const paths = new Map<string, string>();
  const types = new Map<string, string>();
  for (const part of splitParts(source)) {
    const text = source.text.slice(part.start, part.end);
    const equals = text.lastIndexOf("=");
    if (equals < 0) throw queryError(source, part, "PATH=NAME is needed here (such as key.saddr=ipv4)");
    const left = { start: part.start, end: part.start + equals };
    const name = nameIn(source, { start: left.end + 1, end: part.end });
    if (!isPath(text)) types.set(text.slice(0, equals).trim(), name);
    else paths.set(asElements(checkedField(source, left, entryTypes, name).path), name);
  }
  return { paths, types };
}

function isPath(choice: string): boolean {
  return /^(?:key|value)\b/.test(choice);
}

/** Returns the choices by type name alone, which mean the same in every map. */
export function typeChoices(source: QueryText): string {
  const choices = splitParts(source).map(({ start, end }) => source.text.slice(start, end));
  return choices.filter((choice) => !isPath(choice)).join(",");
}

/** Returns the chosen types that do not occur in a map, each with a suggestion. */
export function unmetTypes({ types }: RenderChoices, entryTypes: EntryTypes): string[] {
  const known = new Set([...layoutsOf(entryTypes)].map(({ typeName }) => typeName).filter((name) => name !== ""));
  return [...types.keys()]
    .filter((name) => !known.has(name))
    .map((name) => {
      const near = nearest(name, known);
      return `\`${name}\`${near === undefined ? "" : ` (did you mean \`${near}\`?)`}`;
    });
}

/** Returns the mistakes in the paths for which a configuration file chooses renderers. */
export function wrongPaths({ paths, origins }: ConfiguredChoices, entryTypes: EntryTypes): string[] {
  return [...origins].flatMap(([path, option]) => {
    const source = { option, text: path.replaceAll("[]", "[0]") };
    const name = paths.get(path) ?? "";
    try {
      checkedField(source, { start: 0, end: source.text.length }, entryTypes, name);
      return [];
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      return [error.message];
    }
  });
}

/** Returns the mistake in the name of a renderer; undefined for a renderer and for "none". */
export function unknownRenderer(name: string): string | undefined {
  if (name === "none" || rendererOf(name) !== undefined) return undefined;
  const names = Object.keys(RENDERERS);
  const near = nearest(name, names);
  return `there is no renderer \`${name}\`${near === undefined ? ` (${names.join(", ")})` : `; did you mean \`${near}\`?`}`;
}

function nameIn(source: QueryText, range: Range): string {
  const name = source.text.slice(range.start, range.end).trim();
  const problem = unknownRenderer(name);
  if (problem !== undefined) throw queryError(source, range, problem);
  return name;
}

function checkedField(source: QueryText, range: Range, entryTypes: EntryTypes, name: string): Field {
  const field = resolvePath(source, entryTypes, parsePath(source, range.start, range.end));
  const mismatch = rendererOf(name)?.mismatch(field);
  if (mismatch === undefined) return field;
  const { size } = field.layout;
  const what = `\`${typeText(field.layout)}\` of ${size} byte${size === 1 ? "" : "s"}`;
  throw queryError(source, range, `\`${name}\` shows ${mismatch}, and \`${field.path}\` is ${what}`);
}

/** Replaces the indexes in a path by `[]`: renderers are chosen for all elements. */
function asElements(path: string): string {
  return path.replace(/\[\d+\]/g, "[]");
}

/**
 * Returns the types of a query with their renderers, as chosen by `--render`, the names of well-known types, BTF tags
 * (`ebpf-map:NAME`), the configuration file and, if asked for, types and names together, in this order. A renderer that
 * does not fit its field is ignored.
 */
export function withRenderers(entryTypes: EntryTypes, sources: RenderSources): EntryTypes {
  const chooser = new Chooser(sources);
  return {
    ...entryTypes,
    key: entryTypes.key && chooser.apply(wholeField("key", entryTypes.key), []),
    value: chooser.apply(wholeField("value", entryTypes.value), []),
  };
}

class Chooser {
  readonly #sources: RenderSources;
  readonly #paths: readonly string[];
  /** Layouts that no path leads into, which are the same everywhere. */
  readonly #done = new Map<Layout, Layout>();

  constructor(sources: RenderSources) {
    this.#sources = sources;
    this.#paths = [...sources.asked.paths.keys(), ...sources.configured.paths.keys()];
  }

  apply(field: Field, tags: readonly string[]): Layout {
    const name = this.#chosen(field, [...tags, ...(field.layout.tags ?? [])]);
    if (name === "none") return withoutRendering(field.layout);
    if (name !== undefined && rendererOf(name)?.mismatch(field) === undefined)
      return { ...field.layout, rendering: name };
    const shared = !this.#paths.some((path) => path.startsWith(field.path));
    const known = shared ? this.#done.get(field.layout) : undefined;
    if (known !== undefined) return known;
    const made = this.#inside(field);
    if (shared) this.#done.set(field.layout, made);
    return made;
  }

  #chosen(field: Field, tags: readonly string[]): string | undefined {
    const { path, layout } = field;
    const { asked, configured, byName } = this.#sources;
    const named = tags.filter((tag) => tag.startsWith(TAG)).map((tag) => tag.slice(TAG.length));
    const typeName = layout.typeName;
    const byTag = named.find((name) => unknownRenderer(name) === undefined);
    return (
      asked.paths.get(path) ??
      asked.types.get(typeName) ??
      KNOWN_TYPES.get(typeName) ??
      byTag ??
      configured.paths.get(path) ??
      configured.types.get(typeName) ??
      (byName ? rendererByName(field) : undefined)
    );
  }

  #inside(field: Field): Layout {
    const { layout } = field;
    switch (layout.kind) {
      case "array": {
        const one: Field = { ...field, path: `${field.path}[]`, layout: layout.element, bitOffset: 0, bitfieldBits: 0 };
        const element = this.apply(one, []);
        return element === layout.element ? layout : { ...layout, element };
      }
      case "struct":
      case "union":
      case "section":
        return this.#record(field, layout, membersOfRecord(layout));
      default:
        return layout;
    }
  }

  /** Returns a record with the renderers of its members; those of anonymous records have paths in `record`, too. */
  #record(record: Field, layout: RecordLayout | SectionLayout, members: readonly Member[]): Layout {
    const chosen = members.map(({ name, field, members: inner }) => {
      if (inner !== undefined) return this.#anonymous(record, field, inner);
      const { bitOffset, bitfieldBits, layout: of, tags = [] } = field;
      return this.apply({ ...record, path: record.path + memberText(name), layout: of, bitOffset, bitfieldBits }, tags);
    });
    const layoutAt = (i: number, before: Layout): Layout => chosen[i] ?? before;
    if (members.every(({ field }, i) => chosen[i] === field.layout)) return layout;
    if (layout.kind !== "section")
      return { ...layout, fields: layout.fields.map((field, i) => ({ ...field, layout: layoutAt(i, field.layout) })) };
    return { ...layout, vars: layout.vars.map((one, i) => ({ ...one, layout: layoutAt(i, one.layout) })) };
  }

  /** Returns an anonymous record with its renderers. As a whole it has no path, but it may have a tag. */
  #anonymous(record: Field, field: FieldLayout, members: readonly Member[]): Layout {
    const inner = { ...record, layout: field.layout, bitOffset: field.bitOffset, bitfieldBits: 0 };
    const name = this.#chosen({ ...inner, path: "" }, [...(field.tags ?? []), ...(field.layout.tags ?? [])]);
    const { layout } = field;
    if (layout.kind !== "struct" && layout.kind !== "union") return layout;
    if (name === undefined || name === "none" || rendererOf(name)?.mismatch(inner) !== undefined)
      return this.#record(record, layout, members);
    return { ...layout, rendering: name };
  }
}

function withoutRendering({ rendering: _, ...layout }: Layout): Layout {
  return layout;
}
