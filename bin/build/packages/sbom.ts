import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { runTool } from "../run-tool.ts";
import { sourceDateText } from "../source-date.ts";

interface Spdx {
  documentNamespace: string;
  readonly creationInfo: { created: string };
  readonly documentDescribes: readonly string[];
  readonly packages: object[];
  readonly relationships: object[];
}

/**
 * Writes the list of what is in the packages, in SPDX: npm's list of the dependencies, and the Node that they run in.
 */
export async function writeSbom(path: string): Promise<void> {
  const words = ["npm", "sbom", "--sbom-format", "spdx", "--omit", "dev", "--package-lock-only"];
  const sbom = JSON.parse(await runTool(words)) as Spdx;
  const [described = ""] = sbom.documentDescribes;
  sbom.packages.push(nodePackage());
  sbom.relationships.push({
    spdxElementId: NODE_ID,
    relatedSpdxElement: described,
    relationshipType: "DEPENDENCY_OF",
  });
  // npm takes the time of day and a random number for these.
  sbom.creationInfo.created = sourceDateText();
  const digest = createHash("sha256")
    .update(JSON.stringify([sbom.packages, sbom.relationships]))
    .digest("hex");
  sbom.documentNamespace = sbom.documentNamespace.replace(/[0-9a-f-]{36}$/, digest);
  writeFileSync(path, `${JSON.stringify(sbom, undefined, 2)}\n`);
}

const NODE_ID = `SPDXRef-Package-node-${process.versions.node}`;

function nodePackage(): object {
  const { node } = process.versions;
  return {
    name: "node",
    SPDXID: NODE_ID,
    versionInfo: node,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseDeclared: "MIT",
    externalRefs: [
      {
        referenceCategory: "PACKAGE-MANAGER",
        referenceType: "purl",
        referenceLocator: `pkg:generic/node@${node}`,
      },
    ],
  };
}
