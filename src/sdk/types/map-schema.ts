import { release } from "node:os";
import { type CRoot, cText } from "../../btf/c/c-text.ts";
import type { EntryLayouts } from "../../codec/access/entry-layouts.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { compareLayouts, type Finding } from "../../schema/drift.ts";
import { findSchema, readSchema, type SchemaLayout, schemaText } from "../../schema/file/schema-file.ts";
import { layoutFingerprint } from "../../schema/fingerprint.ts";
import { layoutTree } from "../../schema/layout-tree.ts";

/** The types of keys and values as the roots of C text. */
export function entryRoots({ keyTypeId, valueTypeId }: { keyTypeId: number; valueTypeId: number }): CRoot[] {
  const value = { id: valueTypeId, name: "value" };
  return keyTypeId === 0 ? [value] : [{ id: keyTypeId, name: "key" }, value];
}

/** The types of a reader's map. Texts are made on demand. */
export class MapSchema {
  /** @internal */
  readonly layouts: EntryLayouts | undefined;
  readonly #map: MapSource;

  /** @internal */
  constructor(map: MapSource, layouts: EntryLayouts | undefined) {
    this.#map = map;
    this.layouts = layouts;
  }

  /** True if keys and values are decoded; otherwise they are bytes, and all else here is empty. */
  get isTyped(): boolean {
    return this.layouts !== undefined;
  }

  /** Sixteen hexadecimal digits that change with the layout, "" for a map without types. */
  get fingerprint(): string {
    return this.layouts === undefined ? "" : layoutFingerprint(this.layouts.key, this.layouts.value);
  }

  /**
   * The types as C text that compiles alone: the key's, if it has one, and the value's. `key` or `value` name those
   * without a name.
   */
  get c(): string {
    const types = this.#map.types();
    if (types.state !== "known" || this.layouts === undefined) return "";
    return cText(types.types, entryRoots(types));
  }

  /** The layout as text: a line for each field, with offset and size in bytes, name and type, and for each hole. */
  get tree(): string {
    if (this.layouts === undefined) return "";
    const { key, value } = this.layouts;
    return (key === undefined ? "" : layoutTree(key, "key")) + layoutTree(value, "value");
  }

  /** The layout as a schema file has it; "" for a map without types. */
  get json(): string {
    return this.layouts === undefined ? "" : schemaText(this.#map.info.name, this.layouts);
  }

  /**
   * Compares the map with what a schema file, given as its text, declares for maps of its name on a kernel release:
   * this machine's unless given. Returns the differences; none: they agree. Throws SCHEMA_INVALID for a file with a
   * mistake or without a layout for this map, and BTF_UNAVAILABLE for a map without types.
   */
  compare(schemaFileText: string, kernelRelease: string = release()): Finding[] {
    return this.#compareWith(readSchema(schemaFileText), kernelRelease);
  }

  /**
   * Checks that the map has what a schema file declares, as `compare` does. Throws SCHEMA_MISMATCH, with the messages
   * of all breaking findings in `details.findings`, and what `compare` throws.
   */
  expect(schemaFileText: string, kernelRelease: string = release()): void {
    this.#expectAgreement(this.compare(schemaFileText, kernelRelease));
  }

  /**
   * The same for a schema file that has been read.
   *
   * @internal
   */
  expectLayouts(layouts: readonly SchemaLayout[]): void {
    this.#expectAgreement(this.#compareWith(layouts, release()));
  }

  #compareWith(schema: readonly SchemaLayout[], kernelRelease: string): Finding[] {
    const { label, info } = this.#map;
    const declared = findSchema(schema, info.name, kernelRelease);
    if (declared === undefined) {
      throw new EbpfMapError("SCHEMA_INVALID", `compare ${label}: the schema has no layout for a map of this name`);
    }
    if (this.layouts === undefined) throw new EbpfMapError("BTF_UNAVAILABLE", `compare ${label}: it has no types`);
    const { key, value } = this.layouts;
    const keys = declared.key === undefined || key === undefined ? [] : compareLayouts(declared.key.layout, key, "key");
    return [...keys, ...compareLayouts(declared.value.layout, value, "value")];
  }

  #expectAgreement(compared: readonly Finding[]): void {
    const findings = compared.filter(({ severity }) => severity === "breaking").map(({ message }) => message);
    if (findings.length === 0) return;
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
    throw new EbpfMapError("SCHEMA_MISMATCH", `open ${this.#map.label}: ${findings[0]}${more}`, { findings });
  }
}
