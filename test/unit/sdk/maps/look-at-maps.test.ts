import { expect, test } from "vitest";
import type { EbpfMapError } from "../../../../src/errors.ts";
import type { ListFacts } from "../../../../src/output/list/list-facts.ts";
import type { OwnerGap } from "../../../../src/reader/owners/owners.ts";
import { factsOfAll, type ListNeeds, lookAtMaps } from "../../../../src/sdk/maps/look-at-maps.ts";
import { openDescriptors, trackDescriptors } from "../../../../src/sys/fd.ts";
import { fakeObjects, fakeProgram } from "../../../helpers/fake-objects.ts";
import { CommandKernel } from "../../cli/command-kernel.ts";

/** A program uses map 7. */
const OBJECTS = fakeObjects({ programs: [fakeProgram(1, { name: "count", type: 1, mapIds: [7] })] });

async function factsOf(needs: Partial<ListNeeds>): Promise<{ facts: ListFacts[]; gaps: OwnerGap[] }> {
  const kernel = new CommandKernel();
  const gaps: OwnerGap[] = [];
  const asked: ListNeeds = { owners: false, pins: "unasked", onGap: (gap) => gaps.push(gap), ...needs };
  const look = await lookAtMaps({ kernel, objects: OBJECTS, self: process.pid }, asked);
  return { facts: [...factsOfAll(kernel, look)], gaps };
}

test("only what is asked for is looked at", async () => {
  const { facts } = await factsOf({});
  expect(facts.map(({ info, pins, owners }) => [info.id, pins, owners])).toContainEqual([7, undefined, undefined]);
  const { facts: pinned } = await factsOf({ pins: "needed" });
  expect(pinned.find(({ info }) => info.id === 7)?.pins).toEqual([]);
});

test("owners bring the pins with them", async () => {
  const { facts } = await factsOf({ owners: true, pins: "wanted" });
  const [seven, eight] = [7, 8].map((id) => facts.find(({ info }) => info.id === id));
  expect(seven).toMatchObject({ owners: { programs: [{ id: 1, name: "count" }] } });
  expect(seven?.pins).toBe(seven?.owners?.pins);
  expect(eight?.owners?.programs).toEqual([]);
});

test("each map is closed before the next one is given", async () => {
  const kernel = new CommandKernel();
  trackDescriptors();
  const before = openDescriptors().length;
  const look = await lookAtMaps(
    { kernel, self: process.pid },
    { owners: false, pins: "unasked", onGap: () => undefined },
  );
  for (const { info } of factsOfAll(kernel, look))
    expect([info.id, openDescriptors().length]).toEqual([info.id, before]);
});

test("pins that can't be looked for are told, or an error where they are needed", async () => {
  const told: string[] = [];
  const needs = { owners: false, onGap: () => undefined, onNoPins: ({ message }: EbpfMapError) => told.push(message) };
  const machine = { kernel: new CommandKernel(), self: process.pid, mounts: "/nowhere/mounts" };
  const look = await lookAtMaps(machine, { ...needs, pins: "wanted" });
  const [first] = factsOfAll(machine.kernel, look);
  expect([first?.pins, told]).toEqual([undefined, [expect.stringMatching(/^find pinned maps by the mounts/)]]);
  await expect(lookAtMaps(machine, { ...needs, pins: "needed" })).rejects.toThrow("find pinned maps");
});
