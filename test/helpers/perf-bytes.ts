/** A PERF_RECORD_SAMPLE with a time and raw bytes, padded as the kernel does. */
export function sampleRecord(time: bigint, text: string): Uint8Array {
  const length = Math.ceil((4 + text.length) / 8) * 8 - 4;
  const record = Buffer.alloc(20 + length);
  record.writeUInt32LE(9, 0);
  record.writeUInt16LE(record.length, 6);
  record.writeBigUInt64LE(time, 8);
  record.writeUInt32LE(length, 16);
  record.write(text, 20, "latin1");
  return record;
}

/** A PERF_RECORD_LOST. */
export function lostRecord(count: bigint): Uint8Array {
  const record = Buffer.alloc(24);
  record.writeUInt32LE(2, 0);
  record.writeUInt16LE(24, 6);
  record.writeBigUInt64LE(99n, 8);
  record.writeBigUInt64LE(count, 16);
  return record;
}
