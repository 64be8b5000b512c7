import type { BtfType, DeclTag, TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import type { MapTypes } from "../reader/map-source.ts";
import {
  asObject,
  booleanField,
  type Fields,
  field,
  integerField,
  listField,
  objectField,
  textField,
  U8_MAX,
  U32_MAX,
} from "./fields.ts";
import { Malformed } from "./malformed.ts";
import { reachableTypes } from "./reachable.ts";
import { typeFromJson } from "./type-from-json.ts";

/** The header's `types` as a value for JSON.stringify; bigints still have to become strings. */
export function typesToJson(types: MapTypes): unknown {
  switch (types.state) {
    case "none":
      return null;
    case "unavailable":
      return { state: types.state, reason: types.reason, errno: types.errno };
    case "known": {
      const { keyTypeId, valueTypeId } = types;
      const { littleEndian, kinds, fourBitKinds } = types.types;
      const byId = Object.fromEntries(reachableTypes(types.types, [keyTypeId, valueTypeId]));
      return { keyTypeId, valueTypeId, littleEndian, kinds, fourBitKinds, byId };
    }
  }
}

/** Reads the header's `types` back. Throws Malformed. */
export function typesFromJson(value: unknown): MapTypes {
  if (value === null) return { state: "none" };
  const fields = asObject(value, '"types"');
  if (Object.hasOwn(fields, "state")) return unavailable(fields);
  return {
    state: "known",
    types: new SnapshotTypes(fields),
    keyTypeId: integerField(fields, "keyTypeId", U32_MAX),
    valueTypeId: integerField(fields, "valueTypeId", U32_MAX),
  };
}

function unavailable(fields: Fields): MapTypes {
  if (field(fields, "state") !== "unavailable") throw new Malformed('"state" of the types isn\'t "unavailable"');
  return { state: "unavailable", reason: textField(fields, "reason"), errno: integerField(fields, "errno", U32_MAX) };
}

/** The part of a map's BTF that a snapshot keeps. */
class SnapshotTypes implements TypeSource {
  readonly littleEndian: boolean;
  readonly kinds: readonly number[];
  readonly fourBitKinds: boolean;
  readonly #byId = new Map<number, BtfType>();

  constructor(fields: Fields) {
    this.littleEndian = booleanField(fields, "littleEndian");
    this.kinds = kindNumbers(fields);
    this.fourBitKinds = booleanField(fields, "fourBitKinds");
    for (const [id, type] of Object.entries(objectField(fields, "byId"))) {
      this.#byId.set(typeId(id), typeFromJson(id, type));
    }
  }

  type(id: number): BtfType {
    if (id === 0) return { kind: "void" };
    const type = this.#byId.get(id);
    if (type !== undefined) return type;
    throw new EbpfMapError("BTF_INVALID", `read the types of a snapshot: it has no type ${id}`, { typeId: id });
  }

  *declTags(): Generator<[id: number, tag: DeclTag]> {
    for (const [id, type] of this.#byId) if (type.kind === "decl_tag") yield [id, type];
  }
}

function kindNumbers(fields: Fields): readonly number[] {
  const kinds = listField(fields, "kinds", (kind) => integerField({ kind }, "kind", U8_MAX));
  const ascending = kinds.every((kind, i) => i === 0 || kind > (kinds[i - 1] ?? 0));
  if (!ascending) throw new Malformed('"kinds" isn\'t in ascending order');
  return kinds;
}

function typeId(text: string): number {
  const id = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : 0;
  if (id >= 1 && id <= U32_MAX) return id;
  throw new Malformed(`"${text}" isn't a type id`);
}
