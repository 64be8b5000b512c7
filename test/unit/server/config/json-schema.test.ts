import { expect, test } from "vitest";
import { configSchema } from "../../../../src/server/config/json-schema.ts";
import { METRIC_MEMBERS } from "../../../../src/server/config/read-config.ts";
import { repositoryPath } from "../../../helpers/repository.ts";

test("the published schema is that of this version", async () => {
  const text = `${JSON.stringify(configSchema(), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot(repositoryPath("bin", "deploy", "serve.schema.json"));
  for (const member of METRIC_MEMBERS) expect(text).toContain(`"${member}": {`);
});
