import { existsSync } from "node:fs";
import { dirname } from "node:path";

/** Folders where a file may be made, those in memory first. */
export function foldersInMemoryFirst(): string[] {
  const runtime = process.env.XDG_RUNTIME_DIR ?? "";
  const folders = ["/run", "/dev/shm", "/tmp", "/var/tmp", dirname(process.execPath)];
  return runtime.startsWith("/") ? [runtime, ...folders] : folders;
}

/** Says why no folder would do, given the reason of each. */
export function noFolder(reasons: readonly string[]): string {
  return existsSync("/proc/self/fd")
    ? `no folder will do: ${reasons.join(", ")} (XDG_RUNTIME_DIR may name another)`
    : "/proc is not mounted, and without it a file that has no name can't be used";
}
