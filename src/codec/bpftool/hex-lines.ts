/** Returns bpftool's hex dump of a few bytes: 16 a line, two blanks in the middle, no new line at the end. */
export function hexLines(bytes: Uint8Array): string {
  let text = "";
  for (const [i, byte] of bytes.entries()) {
    if (i > 0) text += i % 16 === 0 ? "\n" : i % 8 === 0 ? "  " : " ";
    text += hexByte(byte);
  }
  return text;
}

/** Returns the two lower-case hex digits of a byte. */
export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
