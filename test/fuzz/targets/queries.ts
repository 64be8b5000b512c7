import { bytesFromText, textFromBytes } from "../../../src/bytes.ts";
import { json } from "../../../src/cli/args/values/json.ts";
import { configuredRenderers, parseConfig } from "../../../src/cli/maps/config.ts";
import { keyFromJson } from "../../../src/cli/maps/json-key.ts";
import { membersOf, wholeField } from "../../../src/codec/access/field.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { NO_CHOICES, parseRender, type RenderChoices, withRenderers } from "../../../src/output/render/choose.ts";
import { compileRender } from "../../../src/output/render/render.ts";
import { mapEntryTypes } from "../../../src/output/rows/map-entry-types.ts";
import type { QueryClock } from "../../../src/query/cel/terms/clock.ts";
import { compileQuery, emptyNote, type QuerySpec } from "../../../src/query/query.ts";
import { findMaps } from "../../../src/reader/find.ts";
import type { MapSource } from "../../../src/reader/map-source.ts";
import { QueryKernel } from "../../helpers/query-kernel.ts";
import type { Random } from "../../helpers/random.ts";
import { SURROUNDINGS } from "../../unit/query/run-query.ts";
import { answered } from "../answered.ts";
import { mutateText } from "../mutate-text.ts";
import type { Target } from "../target.ts";

const FILTERS: readonly string[] = [
  "value.packets > 1000u && value.st == ST_ESTABLISHED",
  "value.comm.startsWith('ng') || !(key.dport in [80, 443]) ? value.seen : value.load < 0.5",
  "value.slots.exists(s, s % 2 == 0) && value.mac[0] == 2 && entry.index < 7",
  'value["comm"].contains("\\u001b") || value.comm == b"nginx"',
  "double(value.bytes) / double(value.packets) > 1.5e3 && value.delta * -1 >= 0x10",
  "ip(key.saddr) == '10.0.0.1' || value.zone & 4 != 0 || size(value.comm) > 3",
  "!!true && -(-(1)) == 1 && ((((value.zone))))",
  "key.dport == htons(443) || ntohl(key.saddr) > 0x0a000000 && htonll(value.packets) != bpf_cpu_to_be64(1)",
  'now() - value.bytes > duration("1h30m") && value.packets < now("boot") - duration("-1.5ms") * 2',
  'value.bytes >= timestamp("2025-01-31T12:00:00.5+02:00", "realtime") || value.packets + 1 <= 18446744073709551615u',
  'value.st == "ST_ESTABLISHED" || value.st in ["ST_NEW", "ST_SYN", 9] || value.st == "ST_SYN|0x8"',
  "9223372036854775807 - 1 > -9223372036854775808 + 1 && 'a' + \"b\" != hex(255).upperAscii()",
  'value["in"] == 0 || has(value["in"]) || value.in == 1 || value.slots.exists(null, true)',
];

const LISTS: readonly string[] = [
  "key.saddr,value.packets:desc",
  "value.*",
  "value.slots[*],key",
  'value["comm"],cpu',
  "value.packets=sum,value.last_ns=max,count",
  "value.st",
];

const CONFIGS: readonly string[] = [
  "render:\n  __be32: ipv4\n  value.last_ns: ktime\nmaps:\n  conns:\n    render:\n      key.saddr: ipv4\n      value.slots[*]: hex\n",
  "# nothing\n",
  'render: {"value.packets": bytes, key: none}\n',
  "a: &a [1, 2]\nb: [*a, *a]\nrender: *a\n",
  '---\nrender: !!map {"x": "port"}\n...\n',
];

const KEYS: readonly string[] = [
  '{"saddr":"10.0.0.1","dport":443,"proto":6}',
  '{"saddr":4294967295,"dport":"80","proto":1e0}',
  "7",
  '"01020304"',
  "[1,2,3,4]",
  "18446744073709551615",
  '{"__proto__":{"saddr":1},"saddr":[1,2,3,4]}',
];

/** Renderers of fields, so that filters that keep nothing have something to say. */
const RENDERED: RenderChoices = {
  paths: new Map([
    ["key.dport", "port"],
    ["value.bytes", "duration"],
    ["value.packets", "ktime"],
    ["value.slots[]", "hex"],
  ]),
  types: new Map(),
};

const CLOCK: QueryClock = { monotonicNs: () => 2n ** 52n, bootNs: () => 2n ** 53n, realtimeNs: () => 2n ** 60n };

/** Maps of all sorts: a struct, one value for each CPU, numbers, and one of whose types nothing is known. */
const MAPS: readonly number[] = [7, 7, 7, 7, 11, 13, 15];
const KERNEL = new QueryKernel();

/** Filters, columns, orders, groups: compiled for a map, and its entries read through them. */
export const FILTER: Target = {
  name: "filter",
  input: (random) => bytesFromText(bent(random.pick(random.chance(0.7) ? FILTERS : LISTS), random)),
  async run(input, random) {
    const text = textFromBytes(input);
    using map = openMap(random);
    const spec = specOf(text, random);
    const entryTypes = withRenderers(mapEntryTypes(map).entryTypes, { asked: RENDERED, configured: NO_CHOICES });
    const query = answered(() => compileQuery(spec, { entryTypes, shape: map.shape, clock: CLOCK }));
    if (query === undefined) return false;
    using source = map.entries();
    try {
      for await (const run of query.run(source)) if (run.count > 1000) throw new Error("more rows than entries");
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
    }
    if (emptyNote(query)?.includes("undefined")) throw new Error("a hint with a hole");
    return true;
  },
};

/** Configuration files, and what `--render` takes: read, and chosen for the fields of a map. */
export const CONFIGURATION: Target = {
  name: "configuration",
  input: (random) => bytesFromText(bent(random.pick(CONFIGS), random)),
  run(input, random) {
    const text = textFromBytes(input);
    using map = openMap(random);
    const { entryTypes } = mapEntryTypes(map);
    answered(() => parseRender({ option: "--render", text }, entryTypes));
    const config = answered(() => parseConfig(text, "config.yaml"));
    if (config === undefined) return false;
    const none = { paths: new Map(), types: new Map() };
    const shown = withRenderers(entryTypes, { asked: none, configured: configuredRenderers(config, "conns") });
    const render = compileRender("text", SURROUNDINGS);
    for (const field of membersOf(wholeField("value", shown.value))) answered(() => render(field));
    return true;
  },
};

/** `--key JSON`: as many bytes as a key has, or an error. */
export const KEY_JSON: Target = {
  name: "key",
  input: (random) => bytesFromText(bent(random.pick(KEYS), random)),
  run(input, random) {
    using map = openMap(random);
    const { entryTypes } = mapEntryTypes(map);
    const bytes = answered(() => {
      const key = json().parse(textFromBytes(input), "--key");
      return key === undefined ? undefined : keyFromJson(key, entryTypes, map);
    });
    if (bytes !== undefined && bytes.length !== map.shape.keySize) throw new Error(`a key of ${bytes.length} bytes`);
    return bytes !== undefined;
  },
};

function bent(text: string, random: Random): string {
  return random.chance(0.15) ? text : mutateText(text, random);
}

function openMap(random: Random): MapSource {
  const [map] = findMaps(KERNEL, { by: "id", id: random.pick(MAPS) });
  if (map === undefined) throw new Error("the map is not there");
  return map;
}

/** The text as one part of a query or another, with sound others beside it. */
function specOf(text: string, random: Random): QuerySpec {
  const part = { option: "--where", text };
  const grouped = { groupBy: { option: "--group-by", text: "key" }, aggregates: part };
  if (random.chance(0.6)) return random.chance(0.8) ? { where: part } : { where: part, perCpu: "sum" };
  return random.pick<QuerySpec>([
    { where: part },
    { select: part },
    { sort: part, top: 3 },
    { aggregates: part },
    { groupBy: part },
    grouped,
  ]);
}
