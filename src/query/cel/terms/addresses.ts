import type { ASTNode } from "@marcbachmann/cel-js";
import { address } from "../../../codec/access/operand.ts";
import { addressBytes, networkOf } from "../../../codec/keys/addresses.ts";
import type { Layout } from "../../../schema/layout.ts";
import type { Range } from "../../fields/query-error.ts";
import { type LocatedField, type Term, type TermCompiler, termTypeText } from "./terms.ts";

/** The bytes of an address: 4 or 16 in network order, or the other way round if `swapped`. */
export interface AddressField {
  readonly located: LocatedField;
  readonly size: 4 | 16;
  readonly swapped: boolean;
}

/** The address that a term was read from; undefined where it can be none. */
export function addressField(term: Term): AddressField | undefined {
  if (term.type !== "field" && term.type !== "integer") return undefined;
  const { located } = term;
  if (located === undefined) return undefined;
  const { layout, bitfieldBits, bitOffset } = located.field;
  if (bitfieldBits > 0 || bitOffset % 8 !== 0 || !isAddressLike(layout)) return undefined;
  const size = layout.size === 4 ? 4 : 16;
  return { located, size, swapped: term.type === "integer" && term.swapped === true };
}

/** The code that tests whether an address lies in a network. `network` has as many bytes as the address. */
export function inNetworkCode(
  compiler: TermCompiler,
  { located, size, swapped }: AddressField,
  network: Uint8Array,
  prefix: number,
): string {
  const at = address({ ...located.operand, offset: located.operand.offset + located.field.bitOffset / 8 }, 0);
  if (size === 4) {
    const mask = prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0;
    const wanted = new DataView(network.buffer, network.byteOffset).getUint32(0);
    return `((${located.operand.view}.getUint32(${at}, ${swapped}) & ${mask}) >>> 0 === ${wanted})`;
  }
  return `inPrefix(${located.operand.bytes}, ${at}, 16, t[${compiler.table(network)}], ${prefix})`;
}

/** `inCidr(key.saddr, "10.0.0.0/8")`. */
export function inCidr(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const [subject, text] = [compiler.term(args[0] as ASTNode), compiler.term(args[1] as ASTNode)];
  if (text.type !== "text" || text.constant === undefined) {
    return compiler.fail(text.range, 'the network must be a string such as "10.0.0.0/8"');
  }
  const network = networkOf(text.constant);
  if (typeof network === "string") return compiler.fail(text.range, network);
  const field = addressField(subject);
  if (field === undefined) {
    return compiler.fail(subject.range, `an address has 4 or 16 bytes, and this is ${termTypeText(subject)}`);
  }
  if (field.size !== network.bytes.length) {
    const message = `the address has ${field.size} bytes, those of the network ${network.bytes.length}`;
    return compiler.fail(range, message);
  }
  return { type: "bool", code: inNetworkCode(compiler, field, network.bytes, network.prefix), range };
}

/** `ip("10.0.0.1")`: a constant. */
export function ip(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const text = compiler.term(args[0] as ASTNode);
  const constant = text.type === "text" && text.constant !== undefined ? addressBytes(text.constant) : undefined;
  if (constant !== undefined) return { type: "address", constant, range };
  const network = text.type === "text" && text.constant?.includes("/");
  const hint = network ? ' (a network: inCidr(key.saddr, "10.0.0.0/8"))' : "";
  return compiler.fail(text.range, `ip() takes an address as a string, such as "10.0.0.1"${hint}`);
}

function isAddressLike(layout: Layout): boolean {
  if (layout.size !== 4 && layout.size !== 16) return false;
  if (layout.kind === "array") return !layout.counted && layout.element.kind === "int";
  return layout.kind === "int" || layout.kind === "struct" || layout.kind === "union";
}
