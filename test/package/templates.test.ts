import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { repositoryPath } from "../helpers/repository.ts";

const FOLDER = repositoryPath(".github", "ISSUE_TEMPLATE");
const FORMS = readdirSync(FOLDER).filter((name) => name !== "config.yml");

/** What GitHub takes in a form for issues: it shows no form in which something else stands. */
const TOP_KEYS = ["name", "description", "title", "labels", "assignees", "projects", "type", "body"];
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  markdown: ["value"],
  textarea: ["label", "description", "placeholder", "value", "render"],
  input: ["label", "description", "placeholder", "value"],
  dropdown: ["label", "description", "multiple", "options", "default"],
  checkboxes: ["label", "description", "options"],
};

interface Field {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly validations?: { readonly required?: unknown };
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly labels: readonly string[];
  readonly body: readonly Field[];
}

function form(name: string): Form {
  return parse(readFileSync(`${FOLDER}/${name}`, "utf8"));
}

describe.each(FORMS)("the form %s for issues", (file) => {
  const { name, description, labels, body, ...more } = form(file);

  test("has the keys that GitHub knows", () => {
    expect([typeof name, typeof description, Array.isArray(labels)]).toEqual(["string", "string", true]);
    expect(Object.keys(more).filter((key) => !TOP_KEYS.includes(key))).toEqual([]);
  });

  test.each(body)("has a field $id", ({ type, id, attributes, validations = {}, ...others }) => {
    expect(Object.keys(others)).toEqual([]);
    expect(id).toMatch(/^[\w-]+$/);
    expect(Object.keys(attributes).filter((key) => !(ATTRIBUTES[type] ?? []).includes(key))).toEqual([]);
    expect(attributes).toMatchObject({ label: expect.stringMatching(/\S/) });
    expect([{}, { required: true }]).toContainEqual(validations);
  });

  test("has no id and no label twice", () => {
    expect(new Set(body.map(({ id }) => id)).size).toBe(body.length);
    expect(new Set(body.map(({ attributes }) => attributes.label)).size).toBe(body.length);
  });
});

test("a bug needs the diagnosis of the machine, and a snapshot whose contents everybody can read", () => {
  const fields = form("bug.yml").body;
  const [, doctor, snapshot] = fields;
  expect(doctor).toMatchObject({
    attributes: { label: expect.stringContaining("ebpf-map doctor --json"), render: "json" },
    validations: { required: true },
  });
  expect(String(snapshot?.attributes.description)).toMatch(/ebpf-map save MAP .* It holds the contents of the map/);
});

test("a pull request is asked for the same", () => {
  const text = readFileSync(repositoryPath(".github", "pull_request_template.md"), "utf8").replaceAll(/\s+/g, " ");
  expect(text).toContain("`ebpf-map doctor --json` and a snapshot of the map");
  expect(text).toContain("a snapshot holds the contents of the map");
});

test("the chooser of forms has the keys that GitHub knows", () => {
  const { blank_issues_enabled, ...more } = parse(readFileSync(`${FOLDER}/config.yml`, "utf8"));
  expect([typeof blank_issues_enabled, Object.keys(more).filter((key) => key !== "contact_links")]).toEqual([
    "boolean",
    [],
  ]);
});
