/** bpftool's hex dump of a few bytes: 16 a line, two blanks in the middle. Ends without a new line. */
export function hexLines(bytes: Uint8Array): string {
  let text = "";
  for (const [i, byte] of bytes.entries()) {
    if (i > 0) text += i % 16 === 0 ? "\n" : i % 8 === 0 ? "  " : " ";
    text += hexByte(byte);
  }
  return text;
}

/** Two lower-case digits. */
export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
