import type { Dialect } from "../../codec/bpftool/dialect.ts";
import { HiddenBytes } from "../../codec/keys/hidden-bytes.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { OneBatch } from "../../reader/one-batch.ts";
import { callError } from "../../reader/read-error.ts";
import { answeringKey } from "../../reader/tries/answering-key.ts";
import { lookUpInTrie } from "../../reader/tries/trie-lookup.ts";
import type { Layout } from "../../schema/layout.ts";
import { ENOENT, errnoName } from "../../sys/errno.ts";
import { kernelBuffer } from "../../sys/kernel-buffer.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import type { GivenJson } from "../args/values/json.ts";
import { keyFromJson } from "../maps/json-key.ts";
import { CommandError } from "../result/command-error.ts";
import { EXIT, exitOfErrno } from "../result/exit-codes.ts";
import { openQuery, type RowQuery, writtenKeyTypes } from "./open-query.ts";
import { openWriter, type RowStyle } from "./row-style.ts";

/** A key as bytes, or as JSON by the types of the map; null for a map without keys. */
export type LookupKey = Uint8Array | { readonly json: GivenJson } | null;

/** A lookup in a format of our own. */
export interface RowLookup {
  readonly query: RowQuery;
  /** The key was given as JSON. */
  readonly isTypedKey: boolean;
  readonly style: RowStyle;
  /** Decides the exit status of a lookup that fails. */
  readonly dialect: Dialect;
}

/** Prints the entry of a key in a format of our own. */
export async function lookupRow(map: MapSource, key: LookupKey, lookup: RowLookup): Promise<number> {
  const query = await openQuery(map, lookup.query);
  const bytes =
    key !== null && "json" in key ? keyFromJson(key.json, await writtenKeyTypes(map, lookup.query), map) : key;
  const values = kernelBuffer(map.shape.valueStride);
  const { errno, key: answering } = await answerOf(map, bytes, values);
  if (errno !== 0) throw lookupFailure(map, errno, lookup, query.entryTypes.key);
  const writer = await openWriter(query, lookup.style, map);
  writer.begin();
  const keys = answering ?? new Uint8Array(0);
  const batch = { count: 1, keys, values, errnos: undefined };
  for await (const run of query.run(new OneBatch(batch))) writer.write(run);
  writer.end(true);
  return EXIT.ok;
}

/** Looks up a key. Of a trie, `key` is that of the network which answers, in which the asked one lies. */
async function answerOf(
  map: MapSource,
  asked: Uint8Array | null,
  value: Uint8Array,
): Promise<{ readonly errno: number; readonly key: Uint8Array | null }> {
  if (asked === null || map.info.type !== BPF_MAP_TYPE.LPM_TRIE)
    return { errno: await map.lookup(asked, value), key: asked };
  if (map.origin === undefined) return await lookUpInTrie(map, asked, value);
  return { errno: await map.lookup(asked, value), key: await answeringKey(map, asked) };
}

function lookupFailure(
  map: MapSource,
  errno: number,
  { dialect, isTypedKey }: RowLookup,
  key: Layout | undefined,
): CommandError {
  const { code, message, details } = lookupError(map, errno, isTypedKey ? key : undefined);
  return new CommandError(code, message, "null", { details, status: exitOfErrno(errno, dialect) });
}

/** `key`: the type by which the key was written; undefined where it was given as bytes. */
function lookupError(map: MapSource, errno: number, key: Layout | undefined): EbpfMapError {
  if (errno !== ENOENT) return callError("look up a key in", map, "lookup", errno);
  const details = { id: map.info.id, errno, errnoName: errnoName(errno) };
  const hint = new HiddenBytes(key).hasTexts
    ? ' (bytes behind the NUL of a text count, too: {"$hex":"…"} gives those of a field)'
    : "";
  return new EbpfMapError("KEY_INVALID", `look up a key in ${map.label}: there is no such entry${hint}`, details);
}
