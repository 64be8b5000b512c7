import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { configuredRenderers, parseConfig, readConfig } from "../../../../src/cli/maps/config.ts";
import { type ConfigUser, configFiles } from "../../../../src/cli/maps/config-files.ts";
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
    ["render: ipv4\n", "config.yaml:1:9: render must have names with values (name: value)"],
    ["- render\n", "config.yaml:1:1: the file must have names with values (name: value)"],
    ["maps:\n  conns:\n    colour: red\n", "config.yaml:3:5: only render can stand here"],
    ["render:\n  a: [\n", "config.yaml:3:1: "],
    ["render:\n\ta: ipv4\n", "config.yaml:2:1: "],
    ["render: {a: ipv4}\nrender: {b: ipv4}\n", "config.yaml:2:1: this name stands here twice"],
    ["render:\n  a: &r ipv4\n  b: *r\n", "config.yaml:3:6: aliases are not supported"],
    ["maps:\n  a: &m\n    render: {}\n  b: *m\n", "config.yaml:4:6: aliases are not supported"],
    ["render: {}\n---\nmaps: {}\n", "config.yaml:2:1: a configuration is one document"],
    ["render:\n  a: ipv4\n  a: hex\n", "config.yaml:3:3: this name stands here twice"],
  ])("%j", (text, message) => {
    expect(() => parseConfig(text, "config.yaml")).toThrow(message);
  });
});

test.each(["[", "{a: ", "- ", "? ", "a: {b: "])("nesting of %j has a bound", (open) => {
  expect(() => parseConfig(open.repeat(30_000), "config.yaml")).toThrow(": this is nested too deeply");
});

// Whoever names a file by mistake, or on purpose, as root should not see what is in it.
test.each([
  "root:$6$SECRET:19000:0:99999:7:::\ndaemon:*:19000::::::\n",
  "password: SECRET\n",
  "SECRET: {}\n",
  "render: {}\nSECRET: 1\n",
  "key: SECRET: x\n",
  "- SECRET\n",
  "*SECRET\n",
  "a: *SECRET\n",
  "'SECRET' b\n",
  "{SECRET\n",
  "%SECRET\n---\n",
  "!SECRET x: y\n",
  "SECRET\n",
])("errors print nothing of a file that is no configuration: %j", (text) => {
  let message = "";
  try {
    parseConfig(text, "config.yaml");
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain("config.yaml:");
  expect(message).not.toContain("SECRET");
});

describe("where it is", () => {
  const warnings: string[] = [];
  const user = (env: Readonly<Record<string, string>>, uid = process.getuid?.() ?? 0): ConfigUser => {
    warnings.length = 0;
    return { env, uid, warn: (line) => warnings.push(line) };
  };

  function inFolder(): { folder: string; file: string } {
    const folder = join(scratch.folder, "ebpf-map");
    mkdirSync(join(folder, "schemas"), { recursive: true });
    const file = join(folder, "config.yaml");
    writeFileSync(file, TEXT);
    return { folder, file };
  }

  test("in XDG_CONFIG_HOME, in ~/.config, or where --config says", () => {
    const none = { file: undefined, schemaFolder: undefined };
    expect(configFiles(undefined, user({ XDG_CONFIG_HOME: scratch.folder }))).toEqual(none);
    const { folder, file } = inFolder();
    const owner = process.getuid?.();
    expect(configFiles(undefined, user({ XDG_CONFIG_HOME: scratch.folder, HOME: "/home/u" }))).toEqual({
      file: { path: file, owner },
      schemaFolder: { path: join(folder, "schemas"), owner },
    });
    const asked = { path: "mine.yaml", owner: undefined };
    expect(configFiles("mine.yaml", user({ XDG_CONFIG_HOME: scratch.folder })).file).toEqual(asked);
    expect(configFiles(undefined, user({ XDG_CONFIG_HOME: "", HOME: "/nowhere" }))).toEqual(none);
    expect(configFiles(undefined, user({}))).toEqual(none);
    expect(readConfig({ path: file, owner }).render.size).toBe(3);
    expect(warnings).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)("not where it belongs to others than root and the user", () => {
    const { folder, file } = inFolder();
    chownSync(file, 4321, 4321);
    expect(configFiles(undefined, user({ XDG_CONFIG_HOME: scratch.folder }))).toMatchObject({ file: undefined });
    expect(warnings).toEqual([
      `Warning: ${file} is not read: it belongs to user 4321, and neither to root nor to user 0`,
    ]);
    // Their own user reads it, and root's as well.
    expect(configFiles(undefined, user({ XDG_CONFIG_HOME: scratch.folder }, 4321))).toEqual({
      file: { path: file, owner: 4321 },
      schemaFolder: { path: join(folder, "schemas"), owner: 4321 },
    });
    // It may be exchanged between the look at it and its being read.
    expect(() => readConfig({ path: file, owner: 0 })).toThrow("it belongs to user 4321");
    expect(readConfig({ path: file, owner: undefined }).render.size).toBe(3);
  });

  test("not where everybody may write to it", () => {
    const { folder, file } = inFolder();
    for (const path of [file, join(folder, "schemas")]) chmodSync(path, 0o777);
    const none = { file: undefined, schemaFolder: undefined };
    expect(configFiles(undefined, user({ XDG_CONFIG_HOME: scratch.folder }))).toEqual(none);
    expect(warnings).toEqual(
      [file, join(folder, "schemas")].map(
        (path) => `Warning: ${path} is not read: everybody may write to it (chmod o-w)`,
      ),
    );
    expect(() => readConfig({ path: file, owner: 0 })).toThrow(/everybody may write to it|it belongs to user/);
    expect(readConfig({ path: file, owner: undefined }).render.size).toBe(3);
  });

  test("not in the folder that the program happens to run in", () => {
    inFolder();
    const here = relative(process.cwd(), scratch.folder);
    const none = { file: undefined, schemaFolder: undefined };
    expect(configFiles(undefined, user({ XDG_CONFIG_HOME: here }))).toEqual(none);
    expect(configFiles(undefined, user({ HOME: here }))).toEqual(none);
  });
});

test("a file that can't be read", () => {
  const read = (path: string) => () => readConfig({ path, owner: undefined });
  expect(read(join(scratch.folder, "config.yaml"))).toThrow(
    /^read the configuration .*config.yaml: no such file or directory$/,
  );
  expect(read("/dev/zero")).toThrow("read the configuration /dev/zero: it is a device, not a regular file");
  const large = join(scratch.folder, "large.yaml");
  writeFileSync(large, "# x\n".repeat(20_000));
  expect(read(large)).toThrow("it has 80000 bytes or more, and at most 65536 are read");
});
