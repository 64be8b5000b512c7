import type { EntryLayouts } from "../../../codec/access/entry-layouts.ts";
import { DEFAULT_DECODE_OPTIONS } from "../../../codec/access/value-decoder.ts";
import { strictJson } from "../../../codec/json/strict-json.ts";
import { EbpfMapError } from "../../../errors.ts";
import { unreadNote } from "../../../output/rows/unread-note.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import { compareLayouts, type Finding } from "../../../schema/drift.ts";
import type { Violation } from "../../../schema/file/constraints.ts";
import { findSchema, type SchemaLayout } from "../../../schema/file/schema-file.ts";
import { entryCodec, layoutCodecs } from "../../../sdk/reader/entry-codec.ts";
import { readSchemaFile } from "../../../sdk/types/given-types.ts";
import type { ReadWatch } from "../../reads/observe-reads.ts";
import { readBatches } from "../../reads/read-batches.ts";
import { EXIT } from "../../result/exit-codes.ts";
import type { Session } from "../../session/session.ts";
import { watchReads } from "../asked/maps.ts";

/** The status of a check: the map is as declared; it has added fields; it has changed fields, or refused values. */
const STATUS = { same: 0, additive: 1, breaking: 2 } as const;

/** The number of refused values that are shown. */
const MAX_SHOWN = 20;

interface ValueCheck {
  checked: number;
  invalid: number;
  /** Entries whose value could not be read. */
  unread: number;
  readonly shown: (Violation & { readonly key: unknown })[];
}

/** Compares a map with a schema file and prints the differences. */
export async function checkSchema(
  map: MapSource,
  layouts: EntryLayouts,
  path: string,
  session: Session,
): Promise<number> {
  const schema = findSchema(readSchemaFile(path).layouts, map.info.name, session.context.origin().kernel);
  if (schema === undefined) {
    throw new EbpfMapError(
      "SCHEMA_INVALID",
      `check ${map.label}: ${path} has no layout for a map of this name and this kernel`,
      { path },
    );
  }
  const findings = compare(schema, layouts);
  const isBreaking = findings.some(({ severity }) => severity === "breaking");
  const reads = watchReads(session);
  const values = session.options.values && !isBreaking ? await checkValues(map, schema, layouts, reads) : undefined;
  if (values !== undefined && values.unread > 0) session.warn(unreadNote(values.unread, "are left out", map.label));
  session.out.text(session.style === "plain" ? plainText(findings, values) : jsonText(findings, values, session.style));
  if (isBreaking || (values?.invalid ?? 0) > 0) return STATUS.breaking;
  if (!reads.complete) return EXIT.incomplete;
  return findings.length > 0 ? STATUS.additive : STATUS.same;
}

function compare(schema: SchemaLayout, { key, value }: EntryLayouts): Finding[] {
  const keys = schema.key === undefined || key === undefined ? [] : compareLayouts(schema.key.layout, key, "key");
  return [...keys, ...compareLayouts(schema.value.layout, value, "value")];
}

async function checkValues(
  map: MapSource,
  schema: SchemaLayout,
  layouts: EntryLayouts,
  { observer }: ReadWatch,
): Promise<ValueCheck> {
  const codec = entryCodec(layoutCodecs(layouts, map.shape, DEFAULT_DECODE_OPTIONS), map.shape);
  const result: ValueCheck = { checked: 0, invalid: 0, unread: 0, shown: [] };
  await readBatches(map, observer, (batch) => {
    for (let i = 0; i < batch.count; i++) {
      if ((batch.errnos?.[i] ?? 0) !== 0) {
        result.unread += 1;
        continue;
      }
      const key = codec.key(batch, i);
      const value = codec.value(batch, i);
      const violations: Violation[] = [];
      schema.key?.check?.(key, "key", violations);
      for (const one of map.shape.cpus > 0 ? (value as readonly unknown[]) : [value])
        schema.value.check?.(one, "value", violations);
      note(result, key, violations);
    }
  });
  return result;
}

function note(result: ValueCheck, key: unknown, violations: readonly Violation[]): void {
  result.checked += 1;
  if (violations.length > 0) result.invalid += 1;
  for (const violation of violations) {
    if (result.shown.length < MAX_SHOWN) result.shown.push({ key, ...violation });
  }
}

function plainText(findings: readonly Finding[], values: ValueCheck | undefined): string {
  const lines = findings.map(({ severity, message }) => `${severity}  ${message}`);
  if (findings.length === 0) lines.push("the map is as the schema says");
  for (const { key, path, problem } of values?.shown ?? [])
    lines.push(`invalid   ${path}: ${problem} (key ${strictJson(key)})`);
  if (values !== undefined) lines.push(`${values.checked} entries checked, ${values.invalid} invalid`);
  return `${lines.join("\n")}\n`;
}

function jsonText(findings: readonly Finding[], values: ValueCheck | undefined, style: "json" | "pretty"): string {
  return `${strictJson({ findings, ...(values === undefined ? {} : { values }) }, style === "pretty" ? 2 : undefined)}\n`;
}
