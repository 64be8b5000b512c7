import { getRawAsset } from "node:sea";

/** The bytes of a file that the single executable carries; undefined if it doesn't. */
export function assetBytes(name: string): Uint8Array | undefined {
  try {
    const bytes = getRawAsset(name);
    return typeof bytes === "string" ? Buffer.from(bytes, "latin1") : new Uint8Array(bytes);
  } catch {
    return undefined;
  }
}

/** The text of a file that the single executable carries. */
export function assetText(name: string): string {
  return Buffer.from(assetBytes(name) ?? []).toString("utf8");
}
