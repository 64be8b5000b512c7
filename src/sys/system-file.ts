import { EbpfMapError } from "../errors.ts";
import { errnoPhrase } from "./errno.ts";

/**
 * Turns Node's error about a file or folder below /proc or /sys into one of ours: NO_PERMISSION if rights are missing,
 * else KERNEL.
 */
export function systemFileError(doing: string, path: string, error: unknown): EbpfMapError {
  const { code = "", errno = 0 } = error as NodeJS.ErrnoException;
  const isRefused = code === "EACCES" || code === "EPERM";
  const cure = isRefused ? "this user may not" : `is ${path.split("/").slice(0, 2).join("/")} mounted?`;
  const reason = errno === 0 ? String(error) : errnoPhrase(Math.abs(errno));
  const message = `${doing} in ${path}: ${reason} (${cure})`;
  const details = { path, errno: Math.abs(errno), errnoName: code };
  return new EbpfMapError(isRefused ? "NO_PERMISSION" : "KERNEL", message, details, error);
}
