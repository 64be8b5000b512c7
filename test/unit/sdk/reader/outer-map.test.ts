import { expect, test } from "vitest";
import { checkOuter } from "../../../../src/sdk/reader/outer-map.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

const outer = sampleMap({ info: { type: 13, name: "outer" } });

test.each([
  ["a map of maps", outer, false, undefined],
  ["any other map", sampleMap(), false, "its values are no maps"],
  ["a file", outer, true, "a file has ids of inner maps, and not the maps"],
])("%s", (_, map, isFile, why) => {
  const check = (): void => checkOuter({ map, isFile });
  if (why === undefined) check();
  else expect(check).toThrow(expect.objectContaining({ code: "USAGE", message: expect.stringContaining(why) }));
});
