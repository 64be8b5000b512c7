import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryPath } from "../../../helpers/repository.ts";

const CLI = repositoryPath("src", "cli");
/** Where the session is made, and where commands turn it into what their work needs. */
const KNOWS_SESSION = /^(?:session|commands)\/|^(?:main|load-command)\.ts$/;

test("the session ends at the command's door: no room below the commands takes one", () => {
  const files = readdirSync(CLI, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(80);
  const users = files.filter((file) => /\bSession\b/.test(readFileSync(join(CLI, file), "utf8")));
  expect(users).toContain("commands/dump.ts");
  expect(users.filter((file) => !KNOWS_SESSION.test(file))).toEqual([]);
});
