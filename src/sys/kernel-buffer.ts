/** An off-heap buffer for the kernel to fill; never of no length, since the kernel wants an address. */
export function kernelBuffer(size: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(Math.max(8, size)));
}
