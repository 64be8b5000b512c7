import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configuredRenderers, parseConfig, readConfig } from "../../../../src/cli/maps/config.ts";
import { configPath } from "../../../../src/cli/maps/config-path.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

const TEXT = `# for all maps
render:
  __be32: ipv4
  value.last_ns: age
  "value.addrs[*]": ipv6
maps:
  conns:
    render: { key.dport: port, __be32: hex }
`;

test("renderers for all maps, and for those of a name", () => {
  const config = parseConfig(TEXT, "config.yaml");
  expect(configuredRenderers(config, "other")).toMatchObject({
    paths: new Map([
      ["value.last_ns", "age"],
      ["value.addrs[]", "ipv6"],
    ]),
    types: new Map([["__be32", "ipv4"]]),
  });
  const { paths, types } = configuredRenderers(config, "conns");
  expect(paths.get("key.dport")).toBe("port");
  expect(types.get("__be32")).toBe("hex");
});

test("a map's name counts as far as the kernel keeps it, and its paths know their origins", () => {
  const config = parseConfig(
    "maps:\n  a_name_that_is_too_long:\n    render: { value.a: hex, __be32: hex }\n",
    "c.yaml",
  );
  const { paths, origins } = configuredRenderers(config, "a_name_that_is_");
  expect(paths).toEqual(new Map([["value.a", "hex"]]));
  expect(origins).toEqual(new Map([["value.a", "c.yaml:3:15"]]));
  expect(configuredRenderers(config, "a_name").paths.size).toBe(0);
});

test.each(["", "# nothing\n", "render: {}\n", "maps: {}\n"])("%j chooses nothing", (text) => {
  expect(configuredRenderers(parseConfig(text, "config.yaml"), "any")).toEqual({
    paths: new Map(),
    types: new Map(),
    origins: new Map(),
  });
});

describe("mistakes have a line and a column", () => {
  test.each<[string, string]>([
    ["rendr:\n  a: ipv4\n", "config.yaml:1:1: nothing is called `rendr` here; did you mean `render`?"],
    ["render:\n  __be32: ipv5\n", "config.yaml:2:11: there is no renderer `ipv5`; did you mean `ipv4`?"],
    ["render:\n  __be32:\n", "config.yaml:2:10: there is no renderer"],
    ["render: ipv4\n", "config.yaml:1:9: render needs names with values behind them (name: value)"],
    ["- render\n", "config.yaml:1:1: the file needs names with values behind them (name: value)"],
    ["maps:\n  conns:\n    colour: red\n", "config.yaml:3:5: nothing is called `colour` here (there is render)"],
    ["render:\n  a: [\n", "config.yaml:3:1: "],
    ["render:\n\ta: ipv4\n", "config.yaml:2:1: "],
    ["render: {a: ipv4}\nrender: {b: ipv4}\n", "config.yaml:2:1: "],
  ])("%j", (text, message) => {
    expect(() => parseConfig(text, "config.yaml")).toThrow(message);
  });
});

test("where it is", () => {
  const folder = join(scratch.folder, "ebpf-map");
  mkdirSync(folder);
  const path = join(folder, "config.yaml");
  expect(configPath(undefined, { XDG_CONFIG_HOME: scratch.folder })).toBeUndefined();
  writeFileSync(path, TEXT);
  expect(configPath(undefined, { XDG_CONFIG_HOME: scratch.folder, HOME: "/home/u" })).toBe(path);
  expect(configPath("mine.yaml", { XDG_CONFIG_HOME: scratch.folder })).toBe("mine.yaml");
  expect(configPath(undefined, { XDG_CONFIG_HOME: "", HOME: "/nowhere" })).toBeUndefined();
  expect(readConfig(path).render.size).toBe(3);
});

test("a file that can't be read", () => {
  expect(() => readConfig(join(scratch.folder, "config.yaml"))).toThrow(
    /^read the configuration .*config.yaml: no such file or directory$/,
  );
});
