import { EbpfMapError, type ErrorCode } from "../errors.ts";
import { EACCES, ENOENT, EPERM, errnoName, errnoPhrase } from "./errno.ts";

/**
 * Turns an errno into an error: the action, the kernel's answer, and a hint if rights are missing. `absent` is the code
 * for ENOENT.
 */
export function kernelError(
  doing: string,
  errno: number,
  absent: ErrorCode,
  hint: string,
  details: object,
): EbpfMapError {
  const code = errno === ENOENT ? absent : errno === EPERM || errno === EACCES ? "NO_PERMISSION" : "KERNEL";
  const reason = code === "NO_PERMISSION" ? ` (${hint})` : "";
  const message = `${doing}: ${errnoPhrase(errno)}${reason}`;
  return new EbpfMapError(code, message, { ...details, errno, errnoName: errnoName(errno) });
}
