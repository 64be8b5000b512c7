import { expect, test } from "vitest";
import { runMain } from "../run-main.ts";

test.each<[line: string[], hint: string]>([
  [["dump", "id", "7", "--filter", "value.x > 1"], "there is no option --filter (did you mean --where 'value.x > 1'?)"],
  [["dump", "id", "7", "--filter='it''s'"], "(did you mean --where ''\\''it'\\'''\\''s'\\'''?)"],
  [["dump", "id", "7", "--filter"], "(did you mean --where EXPR?)"],
  [
    ["dump", "id", "7", "--format", "csv"],
    "--format goes with schema show, verifier, not with dump (did you mean -o csv?)",
  ],
  [["list", "--format", "json"], "--format goes with schema show, verifier, not with list (did you mean -o json?)"],
  [["stats", "--format", "banana"], "not with stats (did you mean -o FORMAT?)"],
  [["dump", "id", "7", "--format", "yml"], "not with dump (did you mean -o yaml?)"],
  [["dump", "id", "7", "--tsv"], "(did you mean -o csv?)"],
  [["dump", "id", "7", "--csv"], "there is no option --csv (did you mean -o csv?)"],
  [["dump", "id", "7", "-o", "jsonl"], "got 'jsonl' (did you mean ndjson?)"],
  [["dump", "id", "7", "-o", "yml"], "got 'yml' (did you mean yaml?)"],
  [["dump", "id", "7", "-n", "5"], "dump: expected MAP, got 'id 7 5' (did you mean --limit 5?)\nUsage: "],
  [["watch", "id", "7", "-n", "5"], "got 'id 7 5' (did you mean --count 5?)"],
  [["list", "-n", "5"], "-n takes no value: it is bpftool's, and changes nothing (did you mean --top 5?)"],
  [["stats", "conns", "-n", "5"], "changes nothing (did you mean --top 5?)"],
  [["top", "-n", "5"], "changes nothing (did you mean --count 5?)"],
  [["diff", "5", "-n", "5"], "changes nothing (did you mean --top 5?)"],
  [["peek", "-n", "5"], "-n takes no value: it is bpftool's, and changes nothing\n"],
  [["list", "--limit", "5"], "--limit goes with dump, events, not with list (did you mean --top 5?)"],
  [["generate", "id", "7", "--format", "csv"], "--format goes with schema show, verifier, not with generate\n"],
  [["dump", "id", "7", "--json=1"], "--json takes no value, got '1'\n"],
  [["dump", "id", "7", "-c", "5"], "(did you mean --limit 5?)"],
  [["events", "id", "7", "-c", "5"], "(did you mean --count 5?)"],
  [["dump", "id", "7", "-c"], "(did you mean --count-only?)"],
  [
    ["dump", "id", "7", "--count"],
    "--count needs a value: N, a whole number from 1 to 999999999 (did you mean --count-only?)",
  ],
  [["dump", "id", "7", "--count", "-o", "csv"], "--count needs --watch (did you mean --count-only?)"],
  [["dump", "id", "7", "--count", "5"], "--count needs --watch (did you mean --limit 5?)"],
  [["watch", "id", "7", "--count"], "--count needs a value: N, a whole number from 1 to 999999999\n"],
  [["events", "id", "7", "--count"], "--count needs a value: N, a whole number from 1 to 999999999\n"],
  [["dump", "id", "7", "--head", "5"], "(did you mean --limit 5?)"],
  [["dump", "id", "7", "--columns", "key"], "(did you mean --select key?)"],
  [["dump", "id", "7", "--sort-by", "key"], "(did you mean --sort key?)"],
  [["dump", "id", "7", "-l", "app=x"], "(did you mean --where app=x?)"],
  [["dump", "id", "7", "-w"], "(did you mean --watch?)"],
  [["getnext", "id", "7", "-w"], "(did you mean the command watch?)"],
  [["stats", "--watch", "-i", "5s"], "(did you mean --interval 5s?)"],
  [["stats", "--no-color"], "(did you mean --color never?)"],
  [["events", "id", "7", "--timeout=10s"], "(did you mean --for 10s?)"],
  [["dump", "--id", "7"], "(did you mean id N, without dashes?)"],
  [["dump", "id", "7", "--pin", "/x"], "(did you mean pinned PATH, without dashes?)"],
  [["dump", "id", "7", "--selct", "x"], "(did you mean --select?)"],
  [["dump", "id", "7", "--colour", "never"], "(did you mean --color never?)"],
  [["save", "id", "7", "x", "--filter", "y"], "there is no option --filter\n"],
  [["lookup", "id", "7", "key", "-1"], "there is no option -1 (a negative number? put -- before it)"],
  [["dump", "id", "7", "--constructor"], "there is no option --constructor\n"],
  [["ls"], "there is no command 'ls' (did you mean list?)"],
  [["cat", "id", "7"], "there is no command 'cat' (did you mean dump?)"],
])("%j", async (line, hint) => {
  const { stderr, status } = await runMain(line);
  expect(stderr).toContain(hint);
  expect(status).toBe(line[0] === "diff" ? 2 : 255);
});

test("in JSON the answer is bpftool's, whatever is meant", async () => {
  const { stdout } = await runMain(["-j", "dump", "id", "7", "--filter", "x"]);
  expect(stdout).toBe(`{"error":"unrecognized option '--filter'"}\n`);
  expect((await runMain(["-j", "dump", "id", "7", "-n", "5"])).stdout).toBe("null\n");
  expect((await runMain(["dump", "id", "7", "--json=1", "-j"])).stdout).toBe("");
  expect((await runMain(["-j", "dump", "id", "7", "--json=1"])).stdout).toBe(
    `{"error":"unrecognized option '--json=1'"}\n`,
  );
});
