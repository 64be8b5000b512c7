import { expect, test } from "vitest";
import { vmlinuxTypes } from "../../../src/reader/vmlinux-types.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { FakeKernel } from "../../helpers/fake-kernel.ts";

function kernelWith(btf: () => Uint8Array | undefined): FakeKernel {
  return new (class extends FakeKernel {
    override vmlinuxBtf(): Uint8Array | undefined {
      return btf();
    }
  })([]);
}

test("are parsed once for each kernel", () => {
  const btf = new BtfBuilder();
  btf.signed("int", 4);
  const kernel = kernelWith(() => btf.build());
  expect(vmlinuxTypes(kernel).idsByName("int")).toEqual([1]);
  expect(vmlinuxTypes(kernel)).toBe(vmlinuxTypes(kernel));
});

test("that a kernel doesn't have are an error with the likely reasons", () => {
  expect(() => vmlinuxTypes(kernelWith(() => undefined))).toThrow(
    "read /sys/kernel/btf/vmlinux: the kernel has no BTF of its own, or /sys is not mounted",
  );
});
