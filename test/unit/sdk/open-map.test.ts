import { join } from "node:path";
import { expect, test } from "vitest";
import { openMap } from "../../../src/sdk/open-map.ts";
import { Reader } from "../../../src/sdk/reader/reader.ts";
import { createMap } from "../../helpers/bpf.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { saveConnections } from "../snapshot/sample-maps.ts";

const scratch = useScratch();

test("a file takes time and comes as a promise", async () => {
  const file = join(scratch.folder, "conns.ndjson");
  await saveConnections(file);
  using reader = await openMap({ file }, { enums: "number" });
  expect(reader).toBeInstanceOf(Reader);
  expect(await reader.get({ addr: 1, port: 1001 })).toEqual({ packets: 1n, state: 1, comm: "app1" });
});

liveSuite("a map of the kernel", ["kernel"], () => {
  test("opens at once, by its descriptor too", () => {
    const fd = scratch.own(createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 2, name: "om_array" }));
    using reader = openMap({ fd: fd.number });
    expect([reader.type, reader.countSync()]).toEqual(["array", 2]);
    using same = openMap({ id: reader.info.id });
    expect(same.info.name).toBe("om_array");
  });
});
