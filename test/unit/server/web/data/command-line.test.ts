import { expect, test } from "vitest";
import type { MapHead } from "../../../../../src/server/page/contract.ts";
import { commandLine } from "../../../../../src/server/web/data/command-line.ts";
import { parseRoute } from "../../../../../src/server/web/data/route.ts";

const HEAD: MapHead = {
  words: ["id", "7"],
  layout: [],
  c: "",
  untyped: null,
  columns: [],
  histogram: null,
  isStream: false,
};
const OF_FILE = { ...HEAD, words: ["file", "it's here.gz"] };

test.each([
  [undefined, "#/", true, [], "ebpf-map top"],
  [HEAD, "#/map/7", true, [], "ebpf-map watch id 7"],
  [HEAD, "#/map/7?where=value > 1u", true, [], "ebpf-map watch id 7 --where 'value > 1u'"],
  [HEAD, "#/map/7?sort=value.a.rate:desc", true, [], "ebpf-map watch id 7 --sort value.a.rate:desc"],
  [HEAD, "#/map/7?sort=value.a.rate:desc", false, [], "ebpf-map dump id 7 --sort value.a:desc"],
  [HEAD, "#/map/7?tab=histogram", true, [], "ebpf-map dump id 7 -o hist"],
  [HEAD, "#/map/7?tab=layout&where=true", true, [], "ebpf-map schema show id 7"],
  [{ ...HEAD, isStream: true }, "#/map/7", true, [], "ebpf-map events id 7"],
  [{ ...HEAD, isStream: true }, "#/map/7?type=struct event", true, [], "ebpf-map events id 7 --type 'struct event'"],
  [OF_FILE, "#/map/7", false, ["--where", "true"], String.raw`ebpf-map dump file 'it'\''s here.gz' --where true`],
])("of %j at %s (live: %s)", (head, hash, isLive, query, line) => {
  expect(commandLine({ head, route: parseRoute(hash), isLive, query })).toBe(line);
});
