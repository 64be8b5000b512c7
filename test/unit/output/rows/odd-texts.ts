/** Words that readers of CSV or YAML might take for something else than a text. */
const WORDS = [
  "on",
  "yes",
  "n",
  "~",
  "null",
  "=",
  "<<",
  "1:30",
  "0777",
  "0x1f",
  "1_000",
  "12e03",
  ".inf",
  "2024-01-01",
];

/** Such words, and what has to be quoted. */
export const TEXTS = [...WORDS, "- x", "x: y", "# x", '"', '""', ",", "a\r\nb", "\n", " x ", "=1+1", "", "é"];

/** Numbers that are written in several ways. */
export const NUMBERS = [1e300, -5e-7, 0.1, 1.5e200, 123456789];
