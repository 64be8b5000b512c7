import type { Dialect } from "../../codec/bpftool/dialect.ts";
import type { MapInfo } from "../../sys/info.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import type { JsonWriter } from "./json-writer.ts";

/** Writes the first fields of a map wherever bpftool prints it as an object: `id`, `type`, `name` if any, `flags`. */
export function writeMapHeader(info: MapInfo, json: JsonWriter, dialect: Dialect): void {
  json.name("id").raw(`${info.id}`);
  json.name("type");
  typeLabel(mapTypeName(info.type, dialect.version) ?? info.type, json);
  if (info.name !== "") json.name("name").string(info.name);
  json.name("flags").raw(`${info.mapFlags}`);
}

/**
 * Returns bpftool's line above a map in plain output, without its new line: `7: hash  name conns  flags 0x0`. An
 * offloaded map has the name of its interface, or the kernel's numbers of an interface in another namespace.
 */
export function plainMapHeader(info: MapInfo, interfaceName: string | undefined, dialect: Dialect): string {
  const type = mapTypeName(info.type, dialect.version) ?? `type ${info.type}`;
  const name = info.name === "" ? "" : `name ${info.name}  `;
  const flags = `flags 0x${info.mapFlags.toString(16)}`;
  return `${info.id}: ${type}  ${name}${flags}${deviceText(info, interfaceName)}`;
}

/** Writes a type as JSON: its name, or its number if it has none. */
export function typeLabel(type: string | number, json: JsonWriter): void {
  if (typeof type === "string") json.string(type);
  else json.raw(`${type}`);
}

function deviceText(info: MapInfo, interfaceName: string | undefined): string {
  if (info.ifindex === 0) return "";
  const numbers = `ifindex ${info.ifindex} ns_dev ${info.netnsDev} ns_ino ${info.netnsIno}`;
  return `  offloaded_to ${interfaceName ?? numbers}`;
}
