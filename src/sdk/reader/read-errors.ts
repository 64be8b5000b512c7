import { EbpfMapError } from "../../errors.ts";
import type { ReadReport } from "../../reader/entries.ts";
import { reportDetails } from "../../reader/read-error.ts";

export function closedError(label: string): EbpfMapError {
  return new EbpfMapError("CLOSED", `read ${label}: the reader is closed`);
}

export function timeoutError(label: string, milliseconds: number, report: ReadReport): EbpfMapError {
  const message = `read ${label}: not done after ${milliseconds} ms (${report.entries} entries read)`;
  return new EbpfMapError("TIMEOUT", message, reportDetails(report));
}

export function abortedError(label: string, report: ReadReport, reason: unknown): EbpfMapError {
  return new EbpfMapError(
    "ABORTED",
    `read ${label}: aborted after ${report.entries} entries`,
    reportDetails(report),
    reason,
  );
}

/** ABORTED for work that has no report. `doing` begins the message. */
export function abortedWork(doing: string, reason: unknown): EbpfMapError {
  return new EbpfMapError("ABORTED", `${doing}: aborted`, {}, reason);
}

export function notSyncError(label: string): EbpfMapError {
  return new EbpfMapError("NOT_SYNC", `read ${label}: a file is read asynchronously (use the form without Sync)`);
}
