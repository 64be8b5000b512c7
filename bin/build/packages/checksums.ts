import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const NAME = "SHA256SUMS";

/** Writes the checksums of all files in a folder into a file there, for `sha256sum --check`. */
export function writeChecksums(folder: string): void {
  const names = readdirSync(folder).filter((name) => name !== NAME);
  const lines = names.sort().map((name) => {
    const digest = createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
    return `${digest}  ${name}\n`;
  });
  writeFileSync(join(folder, NAME), lines.join(""));
}
