/** Renderers of bytes, whatever their type. */
export type ByteRenderer = "ipv4" | "ipv6" | "mac" | "port" | "cidr" | "char" | "hex";

/** Renderers of integers. Times are in nanoseconds. */
export type IntegerRenderer =
  | "ifindex"
  | "ktime"
  | "age"
  | "duration"
  | "bytes"
  | "errno"
  | "signal"
  | "syscall"
  | "ksym"
  | "cgroup"
  | "uid";

/** The renderers that need nothing but a value; `flags` needs an enum, too. */
export type RendererName = ByteRenderer | IntegerRenderer;
