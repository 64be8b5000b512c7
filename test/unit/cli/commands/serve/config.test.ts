import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { QueryKernel } from "../../../../helpers/query-kernel.ts";
import { useScratch } from "../../../../helpers/use-scratch.ts";
import { type MainRun, runMain } from "../../run-main.ts";

const scratch = useScratch();

/** Runs `serve --once`, or another flag, with a configuration of these metrics. */
async function once(metrics: string, flag = "--once"): Promise<MainRun> {
  const file = join(scratch.folder, "serve.yaml");
  writeFileSync(file, `metrics:\n${metrics}`);
  const run = await runMain(["serve", "--config", file, flag], { kernel: new QueryKernel() });
  return {
    ...run,
    stderr: run.stderr.replaceAll(file, "serve.yaml"),
    stdout: run.stdout.replaceAll(file, "serve.yaml"),
  };
}

/** The samples of a metric. */
async function samples(name: string, metrics: string): Promise<string[]> {
  const { stdout, stderr, status } = await once(metrics);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter((line) => line.startsWith(name));
}

describe("metrics", () => {
  test("a counter of fields, with labels that are rendered, escaped and summed", async () => {
    const counter = `
  - name: conns_packets_total
    type: counter
    help: Packets by state.
    map: conns
    value: value.packets
    labels: { port: { path: key.dport }, who: value.comm, st: value.st }
`;
    expect(await samples("conns_packets_total", counter)).toEqual([
      'conns_packets_total{port="443",who="nginx",st="ST_ESTABLISHED"} 2000',
      'conns_packets_total{port="53",who="dns,\\"x\\"",st="ST_SYN"} 18446744073709551615',
      'conns_packets_total{port="80",who="\\\\x1b]0;x\\\\x07é\ufffd",st="9"} 7',
    ]);
  });

  test("equal label sets are summed, with all digits", async () => {
    const metric = `
  - { name: packets_total, type: counter, map: conns, value: value.packets, labels: { proto: { path: key.proto, render: ipproto } } }
`;
    expect(await samples("packets_total", metric)).toEqual([
      'packets_total{proto="tcp"} 2007',
      'packets_total{proto="udp"} 18446744073709551615',
    ]);
    expect(await samples("packets_total", metric.replace(/, labels.*\} \}/, " }"))).toEqual([
      "packets_total 18446744073709553622",
    ]);
  });

  test("expressions, conditions, units", async () => {
    const metrics = `
  - { name: conns, type: gauge, map: conns, value: "1", where: "value.packets > 100u" }
  - { name: load_ratio, type: gauge, map: conns, value: value.packets + value.bytes, where: key.dport == 443, unit: percent }
`;
    expect(await samples("conns ", metrics)).toEqual(["conns 2"]);
    expect(await samples("load_ratio ", metrics)).toEqual(["load_ratio 60.96"]);
  });

  test("CPUs are summed, or each is a series", async () => {
    const metric = (how: string): string => `
  - { name: hits_total, type: counter, map: hits, value: value.packets, ${how} }
`;
    expect(await samples("hits_total", metric("where: key != 1"))).toEqual(["hits_total 7"]);
    expect(await samples("hits_total", metric("per_cpu: max, where: key != 1"))).toEqual(["hits_total 6"]);
    expect(await samples("hits_total", metric("per_cpu: min, where: key != 1"))).toEqual(["hits_total 1"]);
    expect(await samples("hits_total", metric("per_cpu: avg, where: key != 1"))).toEqual(["hits_total 3.5"]);
    expect(await samples("hits_total", metric("per_cpu: each, where: key != 1"))).toEqual([
      'hits_total{cpu="0"} 1',
      'hits_total{cpu="1"} 6',
    ]);
  });

  test("a histogram of an array of slots, in the base unit", async () => {
    const metric = `
  - { name: latency_seconds, type: histogram, map: latency, buckets: value.slots, unit: us }
`;
    const found = await samples("latency_seconds", metric);
    expect(found.slice(0, 6)).toEqual([
      'latency_seconds_bucket{le="1e-06"} 0'.replace("1e-06", "0.000001"),
      'latency_seconds_bucket{le="0.000003"} 0',
      'latency_seconds_bucket{le="0.000007"} 3',
      'latency_seconds_bucket{le="0.000015"} 43',
      'latency_seconds_bucket{le="0.000031"} 52',
      'latency_seconds_bucket{le="0.000063"} 52',
    ]);
    expect(found.slice(-2)).toEqual(['latency_seconds_bucket{le="+Inf"} 53', "latency_seconds_count 53"]);
  });

  test("a histogram with slots in the key", async () => {
    const metric = `
  - { name: sizes_bytes, type: histogram, map: counts, buckets: key, scale: linear, value: value, sum: key * value }
`;
    expect(await samples("sizes_bytes", metric)).toEqual([
      'sizes_bytes_bucket{le="0.0"} 0',
      'sizes_bytes_bucket{le="1.0"} 5',
      'sizes_bytes_bucket{le="2.0"} 15',
      'sizes_bytes_bucket{le="3.0"} 15',
      'sizes_bytes_bucket{le="+Inf"} 15',
      "sizes_bytes_sum 25",
      "sizes_bytes_count 15",
    ]);
  });

  test("the largest series stay, and the others are one that is counted", async () => {
    const metric = `
  - { name: packets_total, type: counter, map: conns, value: value.packets, labels: { port: key.dport }, max_series: 1 }
`;
    const { stdout } = await once(metric);
    expect(stdout).toContain('packets_total{port="53"} 18446744073709551615\npackets_total{port="other"} 2007\n');
    expect(stdout).toContain('ebpf_map_metric_other_series{metric="packets_total"} 2\n');
  });

  test("maps of a pattern are added up, or told apart by a label; by id and by type", async () => {
    const metric = (map: string, rest = ""): string => `
  - { name: twins, type: gauge, map: ${map}, value: value${rest} }
`;
    expect(await samples("twins", metric("twin*"))).toEqual(["twins 3"]);
    expect(await samples("twins", metric("{ name: twins }", ", labels: { id: map.id }"))).toEqual([
      'twins{id="18"} 1',
      'twins{id="19"} 2',
    ]);
    expect(await samples("twins", metric("{ id: 19 }"))).toEqual(["twins 2"]);
    expect(await samples("twins", metric("{ type: array }", ", where: value < 10, labels: { of: map.name }"))).toEqual([
      'twins{of="counts"} 5',
      'twins{of="twins"} 3',
    ]);
  });

  test("a map is read once, however many metrics take it", async () => {
    const metric = (name: string): string => `  - { name: ${name}, type: gauge, map: conns, value: value.bytes }\n`;
    const { stdout } = await once(["a", "b", "c"].map(metric).join(""));
    expect(stdout).toMatch(/^ebpf_map_read_duration_seconds_count\{id="\d+",name="conns"\} 1$/m);
  });

  test("the info of a map", async () => {
    const metric =
      "  - { name: conn_info, type: info, map: conns, labels: { who: value.comm }, where: key.dport == 443 }\n";
    expect(await samples("conn_info", metric)).toEqual(['conn_info{who="nginx"} 1']);
  });
});

describe("mistakes", () => {
  const good = "name: x, type: gauge, map: conns, value: value.bytes";
  test.each([
    [
      "{ name: x, type: gage, map: conns, value: 1 }",
      "serve.yaml:2:22: type is counter, gauge, histogram, info; did you mean gauge?",
    ],
    ["{ name: x, typ: gauge }", "serve.yaml:2:16: nothing is called `typ` here; did you mean `type`?"],
    ["{ name: x, type: counter, map: conns, value: 1 }", "serve.yaml:2:13: a counter's name ends in _total: `x_total`"],
    [
      "{ name: x_ms, type: gauge, map: conns, value: 1 }",
      "serve.yaml:2:13: Prometheus' metrics are in base units: `x_seconds` (unit: converts)",
    ],
    [
      "{ name: 1x, type: gauge, map: conns, value: 1 }",
      "serve.yaml:2:13: a metric's name has letters, digits, _ and :, and doesn't begin with a digit",
    ],
    [
      "{ name: ebpf_map_x, type: gauge, map: conns, value: 1 }",
      "serve.yaml:2:13: `ebpf_map_x` could be a metric of ebpf-map itself: choose another name",
    ],
    ["{ name: x, type: gauge, map: conns }", "serve.yaml:2:5: this metric has no `value` (1 counts entries)"],
    [
      "{ name: x, type: gauge, map: connz, value: 1 }",
      "serve.yaml:2:5: x: no map has the name `connz` (did you mean `conns`?)",
    ],
    [
      "{ name: x, type: gauge, map: { id: 99 }, value: 1 }",
      "serve.yaml:2:5: x: no map has id 99 (optional: true lets it come later)",
    ],
    [
      "{ name: x, type: gauge, map: { type: hahs }, value: 1 }",
      "serve.yaml:2:42: type is one of 35 words; did you mean hash?",
    ],
    [`{ ${good}, unit: us }`, "serve.yaml:2:67: us becomes seconds: the metric's name needs `_seconds`"],
    [`{ ${good}, buckets: value.slots }`, "serve.yaml:2:61: only a histogram has `buckets`"],
    [`{ ${good}, labels: { __a: key } }`, "serve.yaml:2:71: a label's name has letters, digits and _"],
    [
      `{ ${good}, labels: { a: { path: key.saddr, render: ipv5 } } }`,
      "serve.yaml:2:101: there is no renderer `ipv5`; did you mean `ipv4`?",
    ],
    [`{ ${good}, labels: { a: { path: key.saddr, render: port } } }`, "serve.yaml:2:82: path: `port` shows"],
    [`{ ${good}, max_series: 0 }`, "serve.yaml:2:73: max_series needs a whole number from 1 to 1000000"],
    [
      "{ name: x, type: gauge, map: conns, value: value.byte }",
      "serve.yaml:2:48: value: no field `byte` in `struct conn_val`; did you mean `bytes`?\n  value.byte\n        ^^^^\n",
    ],
    [
      "{ name: x, type: gauge, map: conns, value: value.comm }",
      "serve.yaml:2:48: value: a number is needed here, and this is",
    ],
    [`{ ${good}, where: value.bytes }`, "serve.yaml:2:68: where: true or false is needed here"],
    ["{ name: x, type: histogram, map: conns, buckets: value.load }", "serve.yaml:2:5: a number is needed here"],
  ])("%s", async (metric, message) => {
    const { status, stdout, stderr } = await once(`  - ${metric}\n`, "--check");
    expect({ status, stdout }).toEqual({ status: 255, stdout: "" });
    expect(stderr).toContain(`Error: ${message}`);
  });

  test("two metrics of one name, also by the series of a histogram", async () => {
    const first = "  - { name: x, type: histogram, map: latency, buckets: value.slots }\n";
    const { stderr } = await once(`${first}  - { ${good} }\n`, "--check");
    expect(stderr).toBe("Error: serve.yaml:3:13: the metric at serve.yaml:2:13 has the name `x`, too\n");
  });

  test("an empty file, YAML that is none, a file that isn't there", async () => {
    expect((await once("- : : [", "--check")).stderr).toMatch(/^Error: serve\.yaml:\d+:\d+: no valid YAML/);
    const { stderr } = await runMain(["serve", "--config", join(scratch.folder, "nope.yaml"), "--once"]);
    expect(stderr).toMatch(/^Error: read the configuration .*nope\.yaml: no such file or directory\n$/);
  });

  test("all that doesn't fit the maps is named at once, and a map may come later", async () => {
    const two =
      "  - { name: a, type: gauge, map: nope, value: 1 }\n  - { name: b, type: gauge, map: conns, value: value.x }\n";
    const { stderr } = await once(two, "--check");
    expect(stderr).toContain("serve.yaml:3:48: value: no field `x`");
    expect(stderr).toContain("serve.yaml:2:5: a: no map has the name `nope`");
    const optional = "  - { name: a, type: gauge, map: nope, value: 1, optional: true }\n";
    expect(await once(optional, "--check")).toMatchObject({ status: 0, stderr: "" });
  });
});
