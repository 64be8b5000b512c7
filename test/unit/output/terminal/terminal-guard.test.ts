import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { guardTerminal } from "../../../../src/output/terminal/terminal-guard.ts";
import { goldenPath } from "../../../golden/recorded.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../../cli/run-main.ts";

const ROWS: readonly [name: string, bytes: string, shown: string][] = [
  ["text, new lines and tabs", "key:\t07\n\u00e9\u4e16\n", "key:\t07\n\u00e9\u4e16\n"],
  ["a window title", "\u001b]0;owned\u0007", "\\e]0;owned\\x07"],
  ["cursor and screen", "\u001b[2J\u001b[1;1H\r", "\\e[2J\\e[1;1H\\r"],
  ["colours of our own", "\u001b[1m\u001b[31mred\u001b[39m\u001b[22m", "\u001b[1m\u001b[31mred\u001b[39m\u001b[22m"],
  ["text that is hidden", "\u001b[8m\u001b[30m", "\\e[8m\\e[30m"],
  ["the controls of C1", "\u009b31m", "\\x9b31m"],
  ["overrides of direction", "\u202egpj.\u2066", "\\u202egpj.\\u2066"],
  ["DEL and NUL", "\u007f\u0000", "\\x7f\\x00"],
  ["what can't be seen", "a\u200b\u061cb\u{e0041}", "a\\u200b\\u061cb\\u{e0041}"],
  ["wide and combining characters", "e\u0301 \u4e16 \u{1f600}", "e\u0301 \u4e16 \u{1f600}"],
];

test.each(ROWS)("%s", (_, bytes, shown) => {
  expect(Buffer.from(guardTerminal(Buffer.from(bytes), true)).toString()).toBe(shown);
});

test("colours are spelled out where nothing of ours has any", () => {
  expect(Buffer.from(guardTerminal(Buffer.from("\u001b[31mred"), false)).toString()).toBe("\\e[31mred");
});

// A terminal that is not set to UTF-8 takes 9b for the start of a command.
test("bytes that are no UTF-8 are spelled out", () => {
  const bytes = Uint8Array.of(0x9b, 0x33, 0x31, 0x6d, 0xff, 0xc2, 0x41);
  expect(Buffer.from(guardTerminal(bytes, false)).toString("latin1")).toBe("\\x9b31m\\xff\\xc2A");
});

test("an override of direction doesn't get through in two halves", () => {
  const bytes = Buffer.from("\u202e");
  for (const at of [1, 2]) {
    const halves = [bytes.subarray(0, at), bytes.subarray(at)].map((half) => Buffer.from(guardTerminal(half, true)));
    expect(Buffer.concat(halves).toString("latin1")).toBe("\\xe2\\x80\\xae");
  }
});

describe("a snapshot whose names are escape sequences", () => {
  const scratch = useScratch();

  test.each([
    ["bpftool's JSON", ["-j"], "\\e]0;owned\\x07"],
    ["a table", [], '["\\u001b]0;owned\\u0007"]'],
  ])("%s", async (_, style, shown) => {
    const words = ["dump", "file", snapshotWithName("\u001b]0;owned\u0007")];
    const [file, terminal] = [
      await runMain([...style, ...words]),
      await runMain([...style, ...words], { isTerminal: true, env: { NO_COLOR: "1" } }),
    ];
    expect({ file: file.status, terminal: terminal.status }).toEqual({ file: 0, terminal: 0 });
    expect(file.stdout).toContain("\u001b]0;owned\u0007");
    expect(terminal.stdout).not.toMatch(/[^\P{Cc}\n\t]/u);
    expect(terminal.stdout).toContain(shown);
  });

  /** A recorded one with a member of another name, and the checksum that goes with it. */
  function snapshotWithName(name: string): string {
    const recorded = readFileSync(goldenPath("types/hash/btf", "map.ndjson"), "utf8");
    const changed = recorded.replace('"name":"count"', `"name":${JSON.stringify(name)}`);
    const content = changed.slice(0, changed.lastIndexOf(',"sha256"'));
    const sha256 = createHash("sha256").update(content).digest("hex");
    const path = join(scratch.folder, "escapes.ndjson");
    writeFileSync(path, `${content},"sha256":"${sha256}"}\n`);
    return path;
  }
});
