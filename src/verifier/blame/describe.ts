import { boundsOf, integer, readValue, type Value } from "../log/state.ts";

/** The targets of the types of pointers, in words. A type that isn't here is shown by its name. */
const POINTERS: Readonly<Record<string, string>> = {
  ctx: "the context",
  fp: "an address on the stack",
  map_ptr: "a map",
  map_value: "a map's value",
  map_key: "a map's key",
  pkt: "a packet pointer",
  pkt_meta: "a pointer to the packet's metadata",
  pkt_end: "the end of the packet",
  flow_keys: "the flow keys",
  sock: "a socket",
  sock_common: "a socket's common part",
  tcp_sock: "a TCP socket",
  xdp_sock: "an XDP socket",
  tp_buffer: "a tracepoint's buffer",
  mem: "memory",
  ringbuf_mem: "a ring buffer record",
  alloc_mem: "a ring buffer record",
  buf: "a buffer",
  func: "a function",
  arena: "an arena pointer",
  dynptr_ptr: "a dynptr",
};

/** A value of the log in words: `a map's value (map counts, 8 bytes) or NULL`, `a number, 0 … 255`. */
export function described(text: string): string {
  const value = readValue(text);
  if (value === undefined) return text;
  if (value.type === "scalar") return describedNumber(value);
  const maybeNull = /_or_null$|or_null_/.test(value.type);
  const plain = value.type.replace(/_or_null$/, "").replace("or_null_", "");
  return `${describedPointer(plain, value)}${maybeNull ? " or NULL" : ""}`;
}

function describedNumber(value: Value): string {
  if (value.exact !== undefined) return `the number ${value.exact}`;
  const { min, max } = boundsOf(value);
  if (min === undefined && max === undefined) return "a number, nothing known of it";
  if (min === undefined) return `a number, at most ${max}`;
  return max === undefined ? `a number, at least ${min}` : `a number, ${min} … ${max}`;
}

function describedPointer(type: string, value: Value): string {
  const object = /^((?:rdonly_|user_|percpu_|rcu_|untrusted_|trusted_)*)ptr_(\w*)$/.exec(type);
  const words = object === null ? POINTERS[type] : kernelObject(object[1] ?? "", object[2] ?? "");
  const details = [...detailsOf(value), ...offsetOf(type, value)];
  return `${words ?? type}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

function kernelObject(prefixes: string, type: string): string {
  const kind = prefixes.split("_").filter(Boolean).join(" ");
  return `${kind === "" ? "a" : /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`} pointer to ${type === "" ? "a kernel object" : `struct ${type}`}`;
}

function* detailsOf({ type, attributes }: Value): Generator<string> {
  const map = attributes.get("map");
  if (map !== undefined) yield `map ${map}`;
  const size = attributes.get("vs");
  if (size !== undefined && type !== "map_ptr") yield `${size} bytes`;
  const memory = attributes.get("sz") ?? attributes.get("mem_size");
  if (memory !== undefined) yield `${memory} bytes`;
  const range = attributes.get("r");
  if (range !== undefined && type.startsWith("pkt")) yield `${range} bytes proven`;
}

function* offsetOf(type: string, value: Value): Generator<string> {
  if (type === "fp" && value.exact !== undefined) {
    if (value.exact !== 0n) yield `${value.exact}`;
    return;
  }
  const offset = integer(value.attributes.get("off")) ?? integer(value.attributes.get("imm"));
  if (offset !== undefined && offset !== 0n) yield `at offset ${offset}`;
  const { min, max } = boundsOf(value);
  if (min === undefined && max === undefined) {
    if (/^(?:pkt|map_value)/.test(type) && value.attributes.has("var_off")) yield "plus a number without bounds";
    return;
  }
  yield `plus ${min ?? "anything"} … ${max ?? "anything"}`;
}
