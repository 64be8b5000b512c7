import { describe, expect, test } from "vitest";
import { CommandError } from "../../../../src/cli/result/command-error.ts";
import { reportElement, reportError } from "../../../../src/cli/session/report-error.ts";
import { jsonWriter, type Session } from "../../../../src/cli/session/session.ts";
import { NEWEST_DIALECT } from "../../../../src/codec/bpftool/dialect.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { EbpfMapError } from "../../../../src/errors.ts";
import { BrokenPipe } from "../../../../src/output/sink.ts";

type Style = Session["style"];

interface Caught {
  readonly session: Session;
  readonly stdout: () => string;
  readonly stderr: string[];
}

function sessionOf(style: Style, options: { debug?: boolean; write?: (bytes: Uint8Array) => void } = {}): Caught {
  const chunks: Buffer[] = [];
  const stderr: string[] = [];
  const out = new OutputBuffer(options.write ?? ((bytes) => void chunks.push(Buffer.from(bytes))));
  const session = {
    style,
    dialect: NEWEST_DIALECT,
    options: { debug: options.debug ?? false },
    out,
    passColours: () => undefined,
    begun: () => chunks.length > 0 || out.pos > 0,
    warn: (line: string) => void stderr.push(line),
  } as Partial<Session> as Session;
  return { session, stdout: () => Buffer.concat(chunks).toString(), stderr };
}

const SENTENCE = new CommandError("NO_SUCH_MAP", "open it: no such file", { error: 'it: No "such" file' });
const NULL = new CommandError("USAGE", "dump: expected MAP", "null");
const NOTHING = new CommandError("NO_SUCH_MAP", "no map has that name", "nothing");
const OTHER = new EbpfMapError("SNAPSHOT_INVALID", "read snapshot x: line 3: truncated", { line: 3 });
const BUG = new TypeError("x is undefined");

const BUG_SENTENCE = "unexpected: x is undefined (this is a fault of ebpf-map; --debug shows where)";

// bpftool's sentences aren't escaped, since bpftool doesn't; ours are.
describe("each kind of failure in each style", () => {
  test.each<[string, Style, unknown, string, string[]]>([
    ["a sentence", "plain", SENTENCE, "", ["Error: open it: no such file"]],
    ["a sentence", "json", SENTENCE, '{"error":"it: No "such" file"}\n', []],
    ["a sentence", "pretty", SENTENCE, '{\n    "error": "it: No "such" file"\n}\n', []],
    ["null", "plain", NULL, "", ["Error: dump: expected MAP"]],
    ["null", "json", NULL, "null\n", ["Error: dump: expected MAP"]],
    ["null", "pretty", NULL, "null\n", ["Error: dump: expected MAP"]],
    ["nothing", "plain", NOTHING, "", ["Error: no map has that name"]],
    ["nothing", "json", NOTHING, "\n", ["Error: no map has that name"]],
    ["nothing", "pretty", NOTHING, "\n", ["Error: no map has that name"]],
    ["not bpftool's", "plain", OTHER, "", ["Error: read snapshot x: line 3: truncated"]],
    ["quotes of ours", "json", new EbpfMapError("FILE", 'read "x"'), '{"error":"read \\"x\\""}\n', []],
    ["not bpftool's", "json", OTHER, '{"error":"read snapshot x: line 3: truncated"}\n', []],
    ["a bug", "plain", BUG, "", [`Error: ${BUG_SENTENCE}`]],
    ["a bug", "json", BUG, `{"error":"${BUG_SENTENCE}"}\n`, []],
    [
      "something thrown",
      "json",
      "odd",
      '{"error":"unexpected: odd (this is a fault of ebpf-map; --debug shows where)"}\n',
      [],
    ],
  ])("%s, %s", (_, style, error, stdout, stderr) => {
    const caught = sessionOf(style);
    expect(reportError(error, caught.session)).toBe(255);
    expect(caught.stdout()).toBe(stdout);
    expect(caught.stderr).toEqual(stderr);
  });
});

test("a status of its own", () => {
  const error = new CommandError("USAGE", "no", { error: "no" }, { status: 2 });
  expect(reportError(error, sessionOf("plain").session)).toBe(2);
});

test("output that has begun comes before the error, which is in words, too", () => {
  const caught = sessionOf("json");
  caught.session.out.text('[{"key":');
  expect(reportError(OTHER, caught.session)).toBe(255);
  expect(caught.stdout()).toBe(`[{"key":\n{"error":"${OTHER.message}"}\n`);
  expect(caught.stderr).toEqual([`Error: ${OTHER.message}`]);
});

test("as an element of an array", () => {
  const caught = sessionOf("pretty");
  const json = jsonWriter(caught.session).open("[");
  expect(reportElement(SENTENCE, caught.session, json)).toBe(255);
  json.close("]").end();
  caught.session.out.flush();
  expect(caught.stdout()).toBe('[{\n        "error": "it: No "such" file"\n    }\n]\n');
  expect(caught.stderr).toEqual([]);
});

describe("when the output fails", () => {
  const full = new EbpfMapError("OUTPUT", "write the output: no space left on device");

  test.each<Style>(["plain", "json"])("a full disk is told on stderr, %s", (style) => {
    const caught = sessionOf(style);
    expect(reportError(full, caught.session)).toBe(1);
    expect(caught.stdout()).toBe("");
    expect(caught.stderr).toEqual(["Error: write the output: no space left on device"]);
  });

  test("a broken pipe is no failure", () => {
    const caught = sessionOf("json");
    expect(reportError(new BrokenPipe(), caught.session)).toBe(0);
    expect([caught.stdout(), ...caught.stderr]).toEqual([""]);
  });

  test("while the error is written", () => {
    const write = (error: Error) => () => {
      throw error;
    };
    expect(reportError(SENTENCE, sessionOf("json", { write: write(new BrokenPipe()) }).session)).toBe(0);
    const caught = sessionOf("json", { write: write(full) });
    expect(reportError(SENTENCE, caught.session)).toBe(1);
    expect(caught.stderr).toEqual(["Error: write the output: no space left on device"]);
  });

  test("inside an array, the command ends", () => {
    const { session } = sessionOf("json");
    expect(() => reportElement(full, session, jsonWriter(session))).toThrow(full);
    expect(() => reportElement(new BrokenPipe(), session, jsonWriter(session))).toThrow(BrokenPipe);
  });
});

test("--debug shows the stacks of an error and its causes, and what they know", () => {
  const cause = new EbpfMapError("KERNEL", "call it", { errno: 5 }, BUG);
  const caught = sessionOf("plain", { debug: true });
  reportError(new CommandError("KERNEL", "do it", "null", { details: { id: 7 }, cause }), caught.session);
  const text = caught.stderr.join("\n");
  expect(text).toMatch(/^Error: do it\n/);
  expect(text).toContain('KERNEL {"id":7}');
  expect(text).toContain('KERNEL {"errno":5}');
  expect(text).toMatch(/TypeError: x is undefined\n +at /);
});
