import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { repositoryPath } from "../../helpers/repository.ts";
import { typeCheck } from "../../helpers/type-check.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

const FOLDER = repositoryPath("bin", "deploy", "kubernetes");
const scratch = useScratch();

/** An object of Kubernetes, as far as it is looked at here. */
interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name: string; readonly namespace?: string };
}

/** The packages with the models, by API groups; the core has none. */
const PACKAGES: Readonly<Record<string, string>> = {
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator/monitoring.coreos.com",
  "networking.k8s.io": "kubernetes-models/networking.k8s.io",
  apps: "kubernetes-models/apps",
};

const files = ["base", "prometheus-operator"].flatMap((folder) =>
  readdirSync(join(FOLDER, folder)).map((file) => `${folder}/${file}`),
);
const resources = files.filter((file) => !file.endsWith("kustomization.yaml"));

function read(file: string): Resource {
  return parse(readFileSync(join(FOLDER, file), "utf8")) as Resource;
}

/** The module with the model of a resource's kind. */
function modelOf({ apiVersion, kind }: Resource): string {
  const [version = "", group] = apiVersion.split("/").reverse();
  const folder = group === undefined ? "kubernetes-models" : (PACKAGES[group] ?? "unknown");
  return `${folder}/${version}/${kind}`;
}

/**
 * The faults that the API's models find: those of values by the model's own check, and those of fields that don't exist
 * by TypeScript, which refuses them in a literal. (The model's check accepts `hostPIDD`.)
 */
async function faults(resource: Resource): Promise<string[]> {
  const module = modelOf(resource);
  const loaded = createRequire(import.meta.url)(module) as Record<string, new (data: Resource) => { validate(): void }>;
  const Model = loaded[resource.kind];
  if (Model === undefined) throw new Error(`no model of ${resource.kind} in ${module}`);
  const found: string[] = [];
  try {
    new Model(resource).validate();
  } catch (error) {
    found.push(String(error));
  }
  const types = JSON.stringify(repositoryPath("node_modules", `${module}.js`));
  const literal = JSON.stringify(resource, undefined, 2);
  const text = `import type { I${resource.kind} } from ${types};\nexport const resource: I${resource.kind} = ${literal};\n`;
  const said = await typeCheck(scratch.folder, { "resource.ts": text });
  return [...found, ...said.split("\n").filter((line) => line.includes("error TS"))];
}

test.each(resources)("%s is as the API's schema has it", { timeout: 60_000 }, async (file) => {
  expect(await faults(read(file))).toEqual([]);
});

test("a field that doesn't exist, or of another type, is found", { timeout: 60_000 }, async () => {
  const text = readFileSync(join(FOLDER, "base", "daemonset.yaml"), "utf8");
  const wrongName = parse(text.replace("hostPID:", "hostPIDD:")) as Resource;
  expect((await faults(wrongName)).join()).toContain("hostPIDD");
  const wrongType = parse(text.replace("runAsUser: 0", "runAsUser: root")) as Resource;
  expect((await faults(wrongType)).join()).toContain("runAsUser");
});

test("a kustomization names every file beside it", () => {
  const named = ["base", "prometheus-operator"].flatMap((folder) => {
    const { resources } = parse(readFileSync(join(FOLDER, folder, "kustomization.yaml"), "utf8")) as {
      readonly resources: readonly string[];
    };
    return resources.filter((one) => one !== "../base").map((one) => `${folder}/${one}`);
  });
  expect(named.sort()).toEqual([...resources].sort());
});

test("all stand in one namespace, and belong together by one label", () => {
  for (const file of resources.filter((one) => one !== "base/namespace.yaml")) {
    expect(read(file).metadata, file).toMatchObject({
      namespace: "ebpf-map",
      labels: { "app.kubernetes.io/name": "ebpf-map" },
    });
  }
});
