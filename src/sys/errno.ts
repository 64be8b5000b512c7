/**
 * Errnos by number, with glibc's text for each: bpftool prints these texts, so they are part of its bytes. 524
 * (ENOTSUPP) is the kernel's own and has no text.
 */
const ERRNOS: readonly (readonly [number, string, string])[] = [
  [1, "EPERM", "Operation not permitted"],
  [2, "ENOENT", "No such file or directory"],
  [3, "ESRCH", "No such process"],
  [4, "EINTR", "Interrupted system call"],
  [5, "EIO", "Input/output error"],
  [6, "ENXIO", "No such device or address"],
  [7, "E2BIG", "Argument list too long"],
  [9, "EBADF", "Bad file descriptor"],
  [11, "EAGAIN", "Resource temporarily unavailable"],
  [12, "ENOMEM", "Cannot allocate memory"],
  [13, "EACCES", "Permission denied"],
  [14, "EFAULT", "Bad address"],
  [16, "EBUSY", "Device or resource busy"],
  [17, "EEXIST", "File exists"],
  [19, "ENODEV", "No such device"],
  [20, "ENOTDIR", "Not a directory"],
  [21, "EISDIR", "Is a directory"],
  [22, "EINVAL", "Invalid argument"],
  [23, "ENFILE", "Too many open files in system"],
  [24, "EMFILE", "Too many open files"],
  [27, "EFBIG", "File too large"],
  [28, "ENOSPC", "No space left on device"],
  [30, "EROFS", "Read-only file system"],
  [32, "EPIPE", "Broken pipe"],
  [34, "ERANGE", "Numerical result out of range"],
  [35, "EDEADLK", "Resource deadlock avoided"],
  [36, "ENAMETOOLONG", "File name too long"],
  [38, "ENOSYS", "Function not implemented"],
  [40, "ELOOP", "Too many levels of symbolic links"],
  [61, "ENODATA", "No data available"],
  [75, "EOVERFLOW", "Value too large for defined data type"],
  [88, "ENOTSOCK", "Socket operation on non-socket"],
  [95, "EOPNOTSUPP", "Operation not supported"],
  [110, "ETIMEDOUT", "Connection timed out"],
  [116, "ESTALE", "Stale file handle"],
  [122, "EDQUOT", "Disk quota exceeded"],
  [524, "ENOTSUPP", "Unknown error 524"],
];

export const EPERM = 1;
export const ENOENT = 2;
export const EIO = 5;
export const EINTR = 4;
export const E2BIG = 7;
export const EBADF = 9;
export const EAGAIN = 11;
export const EPIPE = 32;
export const ECONNRESET = 104;
export const ENOMEM = 12;
export const EACCES = 13;
export const EFAULT = 14;
export const EBUSY = 16;
export const ENODEV = 19;
export const EINVAL = 22;
export const ENOSPC = 28;
export const EDEADLK = 35;
export const EOPNOTSUPP = 95;
export const ETIMEDOUT = 110;
/** The kernel's errno for an operation that a map type doesn't have; not in libc. */
export const ENOTSUPP = 524;

function rowOf(errno: number): readonly [number, string, string] | undefined {
  return ERRNOS.find((row) => row[0] === errno);
}

/** Returns the text of glibc's strerror: `No such file or directory`. */
export function errnoText(errno: number): string {
  return rowOf(errno)?.[2] ?? `Unknown error ${errno}`;
}

/** Returns the text as a lower-case phrase for our own messages, also for the errno that glibc doesn't know. */
export function errnoPhrase(errno: number): string {
  if (errno === ENOTSUPP) return "operation not supported";
  const text = errnoText(errno);
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Returns the macro's name: `ENOENT`, or `errno 999` if there is none. */
export function errnoName(errno: number): string {
  return rowOf(errno)?.[1] ?? `errno ${errno}`;
}

/** Returns the errno that glibc's strerror gives this text for; undefined for a text that isn't known. */
export function errnoOfText(text: string): number | undefined {
  const unknown = /^Unknown error (\d{1,4})$/.exec(text)?.[1];
  return unknown === undefined ? ERRNOS.find(([, , known]) => known === text)?.[0] : Number(unknown);
}
