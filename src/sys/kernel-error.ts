import { EbpfMapError, type ErrorCode } from "../errors.ts";
import { EACCES, ENOENT, EPERM, errnoName, errnoPhrase } from "./errno.ts";

/** An errno as an error: what was being done, what the kernel said, and for want of rights the cure. */
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
