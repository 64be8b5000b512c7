import { expect, test } from "vitest";
import { entryShape, valueRoom } from "../../../src/reader/shape.ts";
import { FakeKernel } from "../../helpers/fake-kernel.ts";
import { MAP_TYPES, type MapTypeName } from "../../helpers/map-types.ts";

const kernel = new FakeKernel([]);

test.each<[MapTypeName, valueSize: number, cpus: number, stride: number, room: number]>([
  ["hash", 12, 0, 12, 12],
  ["array", 0, 0, 0, 0],
  ["percpu_hash", 12, 3, 48, 64],
  ["percpu_array", 8, 3, 24, 32],
  ["lru_percpu_hash", 1, 3, 24, 32],
  ["percpu_cgroup_storage", 16, 3, 48, 64],
])("%s with values of %i bytes", (name, valueSize, cpus, valueStride, room) => {
  const info = { type: MAP_TYPES[name], keySize: 4, valueSize };
  expect(entryShape(info, 3)).toEqual({ keySize: 4, valueSize, cpus, valueStride });
  expect(valueRoom(info, kernel)).toBe(room);
});
