import { expect, test } from "vitest";
import { goldenPath, recordedNames } from "../../../golden/recorded.ts";
import { columnsAsJson } from "../../../helpers/columns-as-json.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

test.for(recordedNames())("%s: DuckDB, arrow-rs and apache-arrow read what -o ndjson says", async (name) => {
  const words = ["dump", "file", goldenPath(name, "map.ndjson"), "--no-render"];
  const { statuses, different } = await columnsAsJson(words, scratch.folder);
  expect(new Set(statuses).size).toBe(1);
  expect(different).toEqual([]);
});
