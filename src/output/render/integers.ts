import { compileInteger } from "../../codec/access/accessor.ts";
import { type Field, integerBits } from "../../codec/access/field.ts";
import { bytesText, durationText, timestampText } from "../quantities.ts";
import type { RenderContext, Renderer, RenderText } from "./renderer.ts";

/** Returns a renderer of integers. `show` returns undefined for a number that has no other text. */
function ofInteger(
  description: string,
  show: (value: bigint, around: RenderContext) => string | undefined,
  isLossless = false,
): Renderer {
  return {
    description,
    isLossless,
    mismatch: (field) => (integerBits(field) === undefined ? "an integer" : undefined),
    compile: (field, around) => integerText(field, (value) => show(value, around) ?? String(value)),
  };
}

function integerText(field: Field, show: (value: bigint) => string): RenderText {
  const read = compileInteger(field);
  return (bytes, view, at) => show(BigInt(read?.(bytes, view, at) ?? 0));
}

/** The kernel's names by number, read on first use. */
const names = { errno: lazily("errno"), signals: lazily("signals") };

function lazily(kind: "errno" | "signals"): (number: number) => string | undefined {
  let known: ReadonlyMap<number, string> | undefined;
  return (number) => {
    known ??= namesByNumber(process.getBuiltinModule("node:os").constants[kind]);
    return known.get(number);
  };
}

/** Protocols of IP (IPPROTO_ in linux/in.h, and those that IANA names and networks have), in lower case. */
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [0, "ip"],
  [1, "icmp"],
  [2, "igmp"],
  [4, "ipip"],
  [6, "tcp"],
  [8, "egp"],
  [12, "pup"],
  [17, "udp"],
  [22, "idp"],
  [29, "tp"],
  [33, "dccp"],
  [41, "ipv6"],
  [43, "ipv6-route"],
  [44, "ipv6-frag"],
  [46, "rsvp"],
  [47, "gre"],
  [50, "esp"],
  [51, "ah"],
  [58, "icmpv6"],
  [59, "ipv6-nonxt"],
  [60, "ipv6-opts"],
  [88, "eigrp"],
  [89, "ospf"],
  [92, "mtp"],
  [94, "beetph"],
  [98, "encap"],
  [103, "pim"],
  [108, "comp"],
  [112, "vrrp"],
  [115, "l2tp"],
  [132, "sctp"],
  [135, "mh"],
  [136, "udplite"],
  [137, "mpls"],
  [143, "ethernet"],
  [255, "raw"],
  [262, "mptcp"],
]);

/** Renderers of integers by name. */
export const INTEGER_RENDERERS: Readonly<Record<string, Renderer>> = {
  ifindex: ofInteger("name of a network interface", (value, { interfaceOf }) => interfaceOf(Number(value))),
  ktime: ofInteger("nanoseconds since boot as time of day", (value, { bootTimeNs }) =>
    timestampText(value + bootTimeNs()),
  ),
  age: ofInteger("nanoseconds since boot as time gone by", (value, { bootTimeNs, nowNs }) => {
    return durationText(nowNs() - bootTimeNs() - value);
  }),
  duration: ofInteger("nanoseconds as a duration", durationText),
  bytes: ofInteger("a number of bytes with a unit", bytesText),
  errno: ofInteger("name of an errno, also of a negative one", (value) => {
    const name = names.errno(Number(value < 0n ? -value : value));
    return name && (value < 0n ? `-${name}` : name);
  }),
  ipproto: ofInteger("name of an IP protocol", (value) => PROTOCOLS.get(Number(value))),
  signal: ofInteger("name of a signal", (value) => names.signals(Number(value))),
  syscall: ofInteger("name of a system call of this machine", (value, { syscallOf }) => syscallOf(Number(value))),
  ksym: ofInteger("kernel symbol at an address", (value, { symbolOf }) => {
    const symbol = symbolOf(value);
    return symbol && (symbol.offset === 0n ? symbol.name : `${symbol.name}+0x${symbol.offset.toString(16)}`);
  }),
  cgroup: ofInteger("path of a control group's id", (value, { cgroupOf }) => cgroupOf(value)),
  uid: ofInteger("name of a user", (value, { userOf }) => userOf(Number(value))),
  flags: {
    description: "names of an enum's bits",
    isLossless: true,
    mismatch: ({ layout }) => (layout.kind === "enum" ? undefined : "an enum"),
    compile: (field) => integerText(field, flagsOf(field)),
  },
};

/** Returns `A|B|0x8`: the enumerators whose bits are all set, and the remaining bits. */
function flagsOf({ layout }: Field): (value: bigint) => string {
  const values = layout.kind === "enum" ? layout.values : [];
  // Enumerators of several bits take precedence over those of single ones.
  const bits = values.filter(({ value }) => value !== 0n).sort((a, b) => bitCount(b.value) - bitCount(a.value));
  const zero = values.find(({ value }) => value === 0n)?.name ?? "0";
  return (value) => {
    const names: string[] = [];
    let rest = value;
    for (const bit of bits) {
      if ((rest & bit.value) !== bit.value) continue;
      names.push(bit.name);
      rest &= ~bit.value;
    }
    if (rest !== 0n) names.push(rest < 0n ? String(rest) : `0x${rest.toString(16)}`);
    return names.length > 0 ? names.join("|") : zero;
  };
}

function bitCount(value: bigint): number {
  return BigInt.asUintN(64, value).toString(2).replaceAll("0", "").length;
}

/** Returns names by number; of several names of one number, the first. */
function namesByNumber(names: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  return new Map(
    Object.entries(names)
      .reverse()
      .map(([name, number]) => [number, name]),
  );
}
