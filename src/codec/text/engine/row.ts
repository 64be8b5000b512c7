// The row that a program is run for, and the bounds of what it may read and write.

/* What belongs to the row, beside its key and value. */
export let cpu: u32 = 0;
export let index: u32 = 0;
export let cpuList: usize = 0;

/** The address of the program. */
export let program: usize = 0;
/** Text that ends behind this address has to be flushed. */
export let limit: usize = 0;

/* The bytes that may be read, for assertions. */
let keyStart: usize = 0;
let keyEnd: usize = 0;
let valueStart: usize = 0;
let valueEnd: usize = 0;

/** Begins a call of the host. */
@inline
export function begin(itsProgram: usize, itsLimit: usize, cpus: usize): void {
  program = itsProgram;
  limit = itsLimit;
  cpuList = cpus;
}

@inline
export function number(itsCpu: u32, itsIndex: u32): void {
  cpu = itsCpu;
  index = itsIndex;
}

@inline
export function bound(key: usize, keySize: u32, value: usize, valueSize: u32): void {
  if (ASC_NO_ASSERT) return;
  keyStart = key;
  keyEnd = key + keySize;
  valueStart = value;
  valueEnd = value + valueSize;
}

/** Asserts that n bytes at s belong to the entry. */
@inline
export function check(s: usize, n: u64): void {
  if (ASC_NO_ASSERT) return;
  const isKey = s >= keyStart && <u64>s + n <= <u64>keyEnd;
  assert(isKey || (s >= valueStart && <u64>s + n <= <u64>valueEnd));
}

/** Asserts that n bits from the bit `a & 7` on do. */
@inline
export function checkBits(s: usize, a: u32): void {
  if (ASC_NO_ASSERT) return;
  check(s, ((a & 7) + ((a >> 8) & 0xff) + 7) >> 3);
}
