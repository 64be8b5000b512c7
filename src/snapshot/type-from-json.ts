import type { BtfKind, BtfMember, BtfType } from "../btf/types.ts";
import {
  asObject,
  bigintField,
  booleanField,
  type Fields,
  integerField,
  listField,
  textField,
  U8_MAX,
  U32_MAX,
} from "./fields.ts";
import { Malformed } from "./malformed.ts";

type KeptKind = Exclude<BtfKind, "void">;

const name = (fields: Fields): string => textField(fields, "name");
const type = (fields: Fields): number => integerField(fields, "type", U32_MAX);
const size = (fields: Fields): number => integerField(fields, "size", U32_MAX);
const signed = (fields: Fields): boolean => booleanField(fields, "signed");
const I32_MIN = -0x8000_0000;
const I32_MAX = 0x7fff_ffff;

/** One type of the header's `byId`, rebuilt field by field. Throws Malformed. */
export function typeFromJson(id: string, value: unknown): BtfType {
  try {
    const fields = asObject(value, "it");
    const kind = textField(fields, "kind");
    if (!isKind(kind)) throw new Malformed(`there is no kind "${kind}"`);
    return readKind[kind](fields);
  } catch (error) {
    throw error instanceof Malformed ? new Malformed(`type ${id}: ${error.message}`) : error;
  }
}

function isKind(text: string): text is KeptKind {
  return Object.hasOwn(readKind, text);
}

/** Each kind with the ranges that its fields have in the binary format; what they mean, the schema has to check. */
const readKind: { readonly [K in KeptKind]: (fields: Fields) => BtfType } = {
  int: (fields) => ({
    kind: "int",
    name: name(fields),
    size: size(fields),
    encoding: integerField(fields, "encoding", U8_MAX),
    offset: integerField(fields, "offset", U8_MAX),
    bits: integerField(fields, "bits", U8_MAX),
  }),
  ptr: (fields) => ({ kind: "ptr", type: type(fields) }),
  array: (fields) => ({
    kind: "array",
    type: type(fields),
    indexType: integerField(fields, "indexType", U32_MAX),
    nelems: integerField(fields, "nelems", U32_MAX),
  }),
  struct: (fields) => ({ kind: "struct", name: name(fields), size: size(fields), members: members(fields) }),
  union: (fields) => ({ kind: "union", name: name(fields), size: size(fields), members: members(fields) }),
  enum: (fields) => ({
    kind: "enum",
    name: name(fields),
    size: size(fields),
    signed: signed(fields),
    values: objects(fields, "values", (value) => ({
      name: name(value),
      value: integerField(value, "value", I32_MAX, I32_MIN),
    })),
  }),
  enum64: (fields) => ({
    kind: "enum64",
    name: name(fields),
    size: size(fields),
    signed: signed(fields),
    values: objects(fields, "values", (value) => ({ name: name(value), value: bigintField(value, "value") })),
  }),
  fwd: (fields) => ({ kind: "fwd", name: name(fields), union: booleanField(fields, "union") }),
  typedef: (fields) => ({ kind: "typedef", name: name(fields), type: type(fields) }),
  volatile: (fields) => ({ kind: "volatile", type: type(fields) }),
  const: (fields) => ({ kind: "const", type: type(fields) }),
  restrict: (fields) => ({ kind: "restrict", type: type(fields) }),
  func: (fields) => ({ kind: "func", name: name(fields), type: type(fields), linkage: linkage(fields) }),
  func_proto: (fields) => ({
    kind: "func_proto",
    type: type(fields),
    params: objects(fields, "params", (param) => ({ name: name(param), type: type(param) })),
  }),
  var: (fields) => ({ kind: "var", name: name(fields), type: type(fields), linkage: linkage(fields) }),
  datasec: (fields) => ({
    kind: "datasec",
    name: name(fields),
    size: size(fields),
    vars: objects(fields, "vars", (variable) => ({
      type: type(variable),
      offset: integerField(variable, "offset", U32_MAX),
      size: size(variable),
    })),
  }),
  float: (fields) => ({ kind: "float", name: name(fields), size: size(fields) }),
  decl_tag: (fields) => ({
    kind: "decl_tag",
    name: name(fields),
    type: type(fields),
    componentIndex: integerField(fields, "componentIndex", I32_MAX, I32_MIN),
  }),
  type_tag: (fields) => ({ kind: "type_tag", name: name(fields), type: type(fields) }),
  unknown: (fields) => ({ kind: "unknown", number: integerField(fields, "number", U8_MAX) }),
};

function linkage(fields: Fields): number {
  return integerField(fields, "linkage", U32_MAX);
}

function members(fields: Fields): readonly BtfMember[] {
  return objects(fields, "members", (member) => ({
    name: name(member),
    type: type(member),
    bitOffset: integerField(member, "bitOffset", U32_MAX),
    bitfieldSize: integerField(member, "bitfieldSize", U8_MAX),
  }));
}

function objects<T>(fields: Fields, list: string, read: (element: Fields) => T): readonly T[] {
  return listField(fields, list, (element) => read(asObject(element, `an element of "${list}"`)));
}
