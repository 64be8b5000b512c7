import { EbpfMapError } from "../errors.ts";
import { errnoText } from "../sys/errno.ts";

/** A failure of node:fs as FILE: `read snapshot conns.ndjson: no such file or directory`. Ours pass unchanged. */
export function fileError(doing: string, path: string, error: unknown): unknown {
  if (error instanceof EbpfMapError || !(error instanceof Error)) return error;
  const errno = "errno" in error && typeof error.errno === "number" ? -error.errno : undefined;
  if (errno === undefined) return error;
  const text = errnoText(errno);
  const message = `${doing} ${path}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  return new EbpfMapError("FILE", message, { path, errno }, error);
}
