import { expect, test } from "vitest";
import { checkHandle } from "../../../../src/sdk/handle.ts";
import { ListedMap } from "../../../../src/sdk/maps/listed-map.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

test("a listed map has its facts, and is a handle", () => {
  const { info, label } = sampleMap({ info: { id: 3, name: "jobs", type: 2 } });
  const facts = { memlock: 4096, isFrozen: true, pins: ["/sys/fs/bpf/jobs"], owners: undefined };
  const listed = new ListedMap({ id: info.id, name: info.name, type: "array", label, info, ...facts });
  expect({ ...listed }).toEqual({ id: 3, name: "jobs", type: "array", label: "map id 3 (jobs)", info, ...facts });
  expect(() => checkHandle(listed)).not.toThrow();
});
