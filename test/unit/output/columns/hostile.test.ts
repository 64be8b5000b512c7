import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { ENOMEM } from "../../../../src/sys/errno.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { arrowRows, duckRows, parquetRowsOfRust } from "../../../helpers/column-readers.ts";
import { columnsAsJson } from "../../../helpers/columns-as-json.ts";
import { FakeKernel, type Fault, fakeMap } from "../../../helpers/fake-kernel.ts";
import { runOurs } from "../../../helpers/run-ours.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();
const DUMP = ["dump", "id", "1", "--no-render"];

/** A map whose values are of a type that a function adds to BTF. */
function mapOf(make: (btf: BtfBuilder) => number, ...values: readonly string[]): TypedKernel {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const entries = values.map((value, i) => [Buffer.from(Uint32Array.of(i).buffer).toString("hex"), value] as const);
  return new TypedKernel(btf, [{ key, value: make(btf), entries }]);
}

describe("types that nobody would write by hand", () => {
  test("a union of a thousand members, each read from the same bytes", async () => {
    const kernel = mapOf(
      (btf) => {
        const types = [1, 2, 4, 8].map((size) => btf.int(`u${size * 8}`, size));
        const members = Array.from({ length: 1000 }, (_, i) => ({
          name: `member${i}`,
          type: types[i % 4] ?? 1,
          bitOffset: 0,
        }));
        return btf.union("wide", 8, members);
      },
      "ffffffffffffffff",
      "0000000000000080",
      "0100000000000000",
    );
    expect(await columnsAsJson(DUMP, scratch.folder, kernel)).toEqual({ statuses: [0, 0, 0], rows: 3, different: [] });
  });

  test("names of 10 KB, the same name twice, and names with what SQL and terminals take for their own", async () => {
    const names = [
      "n".repeat(10_000),
      "same",
      "same",
      'quo"te',
      "semi;colon",
      "a.b",
      "\x1b[31mred",
      "\u202e",
      "ünïcode",
      " ",
    ];
    const kernel = mapOf((btf) => {
      const u8 = btf.int("u8", 1);
      return btf.struct(
        "named",
        names.length,
        names.map((name, i) => ({ name, type: u8, bitOffset: i * 8 })),
      );
    }, "00010203040506070809");
    expect(await columnsAsJson(DUMP, scratch.folder, kernel)).toEqual({ statuses: [0, 0, 0], rows: 1, different: [] });
    const schema = await runOurs(["schema", "show", "id", "1", "--format", "arrow"], kernel);
    expect(schema.stdout.toString()).not.toContain("\x1b");
  });

  test("more columns than are allowed are refused by name", async () => {
    const kernel = mapOf(
      (btf) => {
        const u8 = btf.int("u8", 1);
        const inner = btf.struct(
          "inner",
          129,
          Array.from({ length: 129 }, (_, i) => ({ name: `f${i}`, type: u8, bitOffset: i * 8 })),
        );
        const members = Array.from({ length: 129 }, (_, i) => ({ name: `g${i}`, type: inner, bitOffset: i * 129 * 8 }));
        return btf.struct("outer", 129 * 129, members);
      },
      "00".repeat(129 * 129),
    );
    for (const format of ["arrow", "parquet"]) {
      const { stdout, stderr, status } = await runOurs([...DUMP, "-o", format], kernel);
      expect([stdout.length, status]).toEqual([0, 255]);
      expect(stderr).toContain("more than 16384 columns: use --select to choose some");
    }
  });
});

describe("numbers at their ends", () => {
  test("floats: NaN of any payload, infinities, minus zero, denormals", async () => {
    const kernel = mapOf(
      (btf) => btf.float("double", 8),
      ...[
        "000000000000f87f",
        "010000000000f0ff",
        "000000000000f07f",
        "000000000000f0ff",
        "0000000000000080",
        "0100000000000000",
      ],
    );
    expect(await columnsAsJson(DUMP, scratch.folder, kernel)).toEqual({ statuses: [0, 0, 0], rows: 6, different: [] });
    const numbers = (await parquetNumbers(kernel)).map((one) => (Object.is(one, -0) ? "-0" : String(one)));
    expect(numbers).toEqual(["NaN", "NaN", "Infinity", "-Infinity", "-0", "5e-324"]);
  });

  const parquetNumbers = async (kernel: TypedKernel): Promise<unknown[]> => {
    const { stdout } = await runOurs([...DUMP, "-o", "parquet"], kernel);
    return (parquetRowsOfRust(stdout) as { value: unknown }[]).map(({ value }) => value);
  };

  test.for([
    ["unsigned", 0, [0n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n]],
    ["signed", 1, [0n, -(2n ** 63n), -1n, 2n ** 53n + 1n]],
  ] as const)("64 bits, %s", async ([name, encoding, wanted]) => {
    const values = ["0000000000000000", "0000000000000080", "ffffffffffffffff", "0100000000002000"];
    const kernel = mapOf((btf) => btf.int(name, 8, { encoding }), ...values);
    expect(await parquetNumbers(kernel)).toEqual(wanted);
    const { stdout } = await runOurs([...DUMP, "-o", "arrow"], kernel);
    expect((arrowRows(stdout) as { value: unknown }[]).map(({ value }) => value)).toEqual(wanted);
  });

  test("bit-fields of every width at every place in a word", async () => {
    const kernel = mapOf(
      (btf) => {
        const [u64, s64] = [btf.int("u64", 8), btf.signed("s64", 8)];
        let bit = 0;
        const members = Array.from({ length: 40 }, (_, i) => {
          const member = {
            name: `b${i}`,
            type: i % 2 === 0 ? u64 : s64,
            bitOffset: bit,
            bitfieldSize: 1 + ((i * 7) % 50),
          };
          bit += member.bitfieldSize;
          return member;
        });
        return btf.struct("bits", 160, members);
      },
      "ff".repeat(160),
      "a5".repeat(160),
      `${"00".repeat(80)}${"80".repeat(80)}`,
    );
    expect(await columnsAsJson(DUMP, scratch.folder, kernel)).toEqual({ statuses: [0, 0, 0], rows: 3, different: [] });
  });
});

test("texts that are no UTF-8 become the same text as in lines of JSON, whatever their length", async () => {
  const texts = [
    "ff".repeat(4096),
    "c3".repeat(4096),
    `${"61".repeat(4095)}c3`,
    "00".repeat(4096),
    `f09f98${"80f09f98".repeat(1023)}80`,
  ];
  const kernel = mapOf((btf) => btf.array(btf.signed("char", 1), 4096), ...texts);
  expect(await columnsAsJson(DUMP, scratch.folder, kernel)).toEqual({ statuses: [0, 0, 0], rows: 5, different: [] });
});

describe("an empty map has its schema", () => {
  test.for([[], ["--where", "key == 1u"], ["--sort", "key"]])("%j", async (flags) => {
    const kernel = mapOf((btf) => btf.struct("one", 4, [{ name: "x", type: btf.int("u32", 4), bitOffset: 0 }]));
    const arrow = await runOurs([...DUMP, ...flags, "-o", "arrow"], kernel);
    const parquet = await runOurs([...DUMP, ...flags, "-o", "parquet"], kernel);
    expect([arrow.status, parquet.status]).toEqual([0, 0]);
    expect(tableFromIPC(arrow.stdout).schema.names).toEqual(["key", "value"]);
    expect(parquetRowsOfRust(parquet.stdout)).toEqual([]);
  });
});

describe("a file says at its end whether it has all entries", () => {
  /** The status of a dump, its rows and its last note, as Arrow and as Parquet. */
  const ends = async (words: readonly string[], kernel?: FakeKernel): Promise<unknown> => {
    const arrow = await runOurs([...words, "-o", "arrow"], kernel);
    const parquet = await runOurs([...words, "-o", "parquet"], kernel);
    const file = join(scratch.folder, "end.parquet");
    writeFileSync(file, parquet.stdout);
    const note = `select value::varchar as complete from parquet_kv_metadata('${file}') where key = 'ebpf-map:complete'`;
    const table = tableFromIPC(arrow.stdout);
    return {
      arrow: [arrow.status, table.numRows, table.batches.at(-1)?.metadata.get("ebpf-map:complete")],
      parquet: [parquet.status, parquetRowsOfRust(parquet.stdout).length, (await duckRows(note))[0]?.complete],
    };
  };

  test("it has", async () => {
    const whole = { arrow: [0, 100, "true"], parquet: [0, 100, "true"] };
    expect(await ends(DUMP, new FakeKernel([fakeMap(100)]))).toEqual(whole);
  });

  test("it has those that were asked for", async () => {
    const few = { arrow: [0, 5, "true"], parquet: [0, 5, "true"] };
    expect(await ends([...DUMP, "--limit", "5"], new FakeKernel([fakeMap(100_000)]))).toEqual(few);
  });

  test("the kernel fails in the middle", async () => {
    // Each dump's second call.
    const fault: Fault = (call, count) => (call === "lookupBatch" && count % 2 === 1 ? ENOMEM : undefined);
    const cut = { arrow: [255, 4096, "false"], parquet: [255, 4096, "false"] };
    expect(await ends(DUMP, new FakeKernel([fakeMap(10_000)], fault))).toEqual(cut);
  });
});
