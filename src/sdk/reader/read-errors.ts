import { EbpfMapError, type ErrorDetails } from "../../errors.ts";
import type { ReadReport } from "../../reader/entries.ts";
import { EACCES, EPERM, errnoName, errnoText } from "../../sys/errno.ts";

/** The fields of a report as an error's details have them. */
function detailsOf(report: ReadReport): ErrorDetails {
  return { ...report };
}

export function closedError(label: string): EbpfMapError {
  return new EbpfMapError("CLOSED", `read ${label}: the reader is closed`);
}

export function timeoutError(label: string, milliseconds: number, report: ReadReport): EbpfMapError {
  const message = `read ${label}: not done after ${milliseconds} ms (${report.entries} entries read)`;
  return new EbpfMapError("TIMEOUT", message, detailsOf(report));
}

export function abortedError(label: string, report: ReadReport, reason: unknown): EbpfMapError {
  return new EbpfMapError(
    "ABORTED",
    `read ${label}: aborted after ${report.entries} entries`,
    detailsOf(report),
    reason,
  );
}

export function incompleteError(label: string, report: ReadReport): EbpfMapError {
  const message = `read ${label}: gave up after ${report.entries} entries (the map kept changing under the read)`;
  return new EbpfMapError("INCOMPLETE", message, detailsOf(report));
}

/** The errno that ended a read, or that a lookup gave. */
export function errnoError(doing: string, errno: number, report?: ReadReport): EbpfMapError {
  const text = errnoText(errno).toLowerCase();
  const denied = errno === EPERM || errno === EACCES;
  const code = denied ? "NO_PERMISSION" : "NOT_READABLE";
  const reason = denied ? "" : " (the kernel offers no way to read this from user space)";
  const details = { ...(report === undefined ? {} : detailsOf(report)), errno, errnoName: errnoName(errno) };
  return new EbpfMapError(code, `${doing}: ${text}${reason}`, details);
}

export function notSyncError(label: string): EbpfMapError {
  return new EbpfMapError("NOT_SYNC", `read ${label}: a file is read asynchronously (use the form without Sync)`);
}
