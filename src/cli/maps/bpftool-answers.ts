import { dirname } from "node:path";
import type { Dialect } from "../../codec/bpftool/dialect.ts";
import { EbpfMapError } from "../../errors.ts";
import { EACCES, EINVAL, errnoText } from "../../sys/errno.ts";
import { CommandError, type JsonAnswer } from "../result/command-error.ts";
import { EXIT, exitOfErrno } from "../result/exit-codes.ts";
import { isBpffs } from "./bare-maps.ts";
import type { Selection } from "./map-words.ts";

/** Adds bpftool's answer to a failure to find or open a map. Other errors are returned as they are. */
export function openFailure(error: unknown, asked: Selection | "all", dialect: Dialect): unknown {
  if (!(error instanceof EbpfMapError) || error instanceof CommandError) return error;
  return withAnswer(error, openAnswer(error, asked, dialect), EXIT.failed);
}

/** Adds bpftool's answer to a failed call on an open map: `DOING: STRERROR`, and the errno as status. */
export function callFailure(error: unknown, doing: string, dialect: Dialect): unknown {
  const errno = errnoOf(error);
  if (!(error instanceof EbpfMapError) || error instanceof CommandError || errno === undefined) return error;
  return withAnswer(error, { error: `${doing}: ${errnoText(errno)}` }, exitOfErrno(errno, dialect));
}

function openAnswer(error: EbpfMapError, asked: Selection | "all", dialect: Dialect): JsonAnswer {
  if (error.code === "NOT_A_MAP") return { error: `incorrect object type: ${error.details.kind}` };
  const errno = errnoOf(error);
  if (errno === undefined) return { error: error.message };
  const reason = errnoText(errno);
  if (asked !== "all" && asked.by === "pinned") return { error: pinnedAnswer(asked.path, errno, dialect) };
  if (asked !== "all" && asked.by === "id") return { error: `get map by id (${asked.id}): ${reason}` };
  const { id } = error.details;
  if (id !== undefined) return { error: `can't get map by id (${id}): ${reason}` };
  return { error: asked === "all" ? `can't get next map: ${reason}` : reason };
}

/**
 * Returns bpftool's answer for a pinned path. EINVAL means a link: the kernel refuses to open one read-only; earlier
 * bpftools opened it for writing and recognized it. For EACCES bpftool checks the folder and names that instead.
 */
function pinnedAnswer(path: string, errno: number, dialect: Dialect): string {
  if (errno === EINVAL && dialect.pinnedLink !== "invalid-argument")
    return `incorrect object type: ${dialect.pinnedLink}`;
  if (errno !== EACCES) return `bpf obj get (${path}): ${errnoText(errno)}`;
  const folder = dirname(path);
  const reason = isBpffs(folder) === true ? errnoText(errno) : "directory not in bpf file system (bpffs)";
  return `bpf obj get (${folder}): ${reason}`;
}

function withAnswer(error: EbpfMapError, answer: JsonAnswer, status: number): CommandError {
  return new CommandError(error.code, error.message, answer, { details: error.details, cause: error, status });
}

function errnoOf(error: unknown): number | undefined {
  const errno = error instanceof EbpfMapError ? error.details.errno : undefined;
  return typeof errno === "number" ? errno : undefined;
}
