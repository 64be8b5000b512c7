import { release } from "node:os";
import { expect, test } from "vitest";
import { DIALECT_VERSIONS } from "../../src/codec/bpftool/dialect.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { arrayOf, edgeValues, hashOf, INT, join, le, packed, type SizedType } from "../golden/case.ts";
import { runBpftool } from "../helpers/bpftools.ts";
import { differences } from "../helpers/compare.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";
import { KNOWN_DIFFERENCES, withoutStaleBtfIds } from "./known-differences.ts";

const kernel = new LinuxKernel();

/** Which Linux it is that leaves the caller's bpf_map_info as it was. */
const [major = 0, minor = 0] = release().split(".").map(Number);
const leavesStaleInfo = major > 6 || (major === 6 && minor >= 18);

/** An enum of one byte, and 15 bytes behind it for what reads too far. */
const NARROW: SizedType = {
  size: 16,
  type: (btf) =>
    packed(btf, "narrow", [
      [
        "state",
        btf.enum64(
          "state",
          [
            ["OFF", 0n],
            ["ON", 1n],
          ],
          { size: 1 },
        ),
        1,
      ],
      ["rest", btf.array(btf.int("unsigned char", 1), 15), 15],
    ]),
};

/** 2^32-1 empty structs, which take no space. */
const ENDLESS: SizedType = {
  size: 4,
  type: (btf) =>
    packed(btf, "endless", [
      ["many", btf.array(btf.struct("empty", 0, []), 0xffff_ffff), 0],
      ["n", btf.int("unsigned int", 4), 4],
    ]),
};

const TAGGED: SizedType = { size: 1, type: (btf) => btf.typeTag("tag", btf.int("unsigned char", 1)) };

liveSuite("known differences", ["kernel", "bpftools"], () => {
  const scratch = useScratch();
  const idOf = (map: Parameters<LinuxKernel["mapInfo"]>[0]): string => String(kernel.mapInfo(map).id);

  test(`list: ${KNOWN_DIFFERENCES.staleInfo}`, async () => {
    const name = `stale_${process.pid}`;
    arrayOf(scratch, name, INT, [le(4, 1)]);
    hashOf(scratch, name, le(4, 1), le(4, 2));
    expect(await differences(["map", "show", "name", name], { correct: withoutStaleBtfIds })).toEqual([]);
    if (leavesStaleInfo)
      expect(await differences(["map", "show", "name", name])).toHaveLength(3 * DIALECT_VERSIONS.length);
  });

  test(`dump: ${KNOWN_DIFFERENCES.staleInfo}`, async () => {
    const name = `stale_${process.pid}`;
    const typed = idOf(arrayOf(scratch, name, INT, [le(4, 1)]));
    const untyped = idOf(hashOf(scratch, name, le(4, 1), le(4, 2)));
    const dumps = JSON.parse((await runOurs(["-j", "dump", "name", name])).stdout.toString());
    expect(dumps.map((dump: { elements: unknown }) => dump.elements)).toEqual([
      JSON.parse((await runBpftool("7.8", ["-j", "map", "dump", "id", typed])).stdout.toString()),
      JSON.parse((await runBpftool("7.8", ["-j", "map", "dump", "id", untyped])).stdout.toString()),
    ]);
    expect(dumps[1].elements[0]).not.toHaveProperty("formatted");
    const plain = (await runOurs(["dump", "name", name])).stdout.toString();
    expect(plain).toContain("key: 00 00 00 00  value: 01 00 00 00\nFound 1 element\n");
    expect(plain).toContain("key: 01 00 00 00  value: 02 00 00 00\nFound 1 element\n");
    if (leavesStaleInfo) expect(await differences(["map", "dump", "name", name])).not.toEqual([]);
  });

  test(`a narrow ENUM64: ${KNOWN_DIFFERENCES.outsideBuffer}`, async () => {
    const values = [le(16, 1), join(le(1, 1), new Uint8Array(15).fill(0xff)), join(le(1, 200), le(15, 0))];
    const id = idOf(arrayOf(scratch, "narrow", NARROW, values));
    const states = JSON.parse((await runOurs(["-j", "dump", "id", id])).stdout.toString());
    const shown = states.map((entry: { formatted: { value: { state: unknown } } }) => entry.formatted.value.state);
    expect(shown).toEqual(["ON", "ON", expect.anything()]);
    const newer = DIALECT_VERSIONS.slice(1);
    expect(await differences(["map", "dump", "id", id], { versions: newer })).toHaveLength(3 * newer.length);
  });

  test(`a tagged byte: ${KNOWN_DIFFERENCES.outsideBuffer}`, async () => {
    const id = idOf(arrayOf(scratch, "tagged", TAGGED, edgeValues(1)));
    const our = await runOurs(["--compat", "5.10", "dump", "id", id]);
    expect(our.stdout.toString()).toContain("key: 01 00 00 00  value: ff\n");
    expect(our.stderr).toContain("showing bytes");
    expect(await differences(["map", "dump", "id", id], { versions: ["5.10"] })).toHaveLength(3);
  });

  test(`2^32-1 empty structs: ${KNOWN_DIFFERENCES.endless}`, async () => {
    const id = idOf(arrayOf(scratch, "endless", ENDLESS, [le(4, 1)]));
    const our = await runOurs(["-j", "dump", "id", id]);
    expect(our.stdout.length).toBeLessThan(1000);
    expect(our.status).not.toBe(0);
    expect((await runBpftool("7.8", ["-j", "map", "dump", "id", id])).status).toBe(-9);
  });
});
