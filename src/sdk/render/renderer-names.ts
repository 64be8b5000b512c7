/**
 * Renderers of bytes, whatever their type. Sizes are exact; an integer stands for bytes as they lie in memory.
 *
 * - `ipv4`, `ipv6`, `mac`: an address of 4, 16 or 6 bytes in network order.
 * - `port`: a port of 2 bytes in network order.
 * - `cidr`: the key of an lpm_trie, 8 or 20 bytes: `10.0.0.0/8`.
 * - `char`: text up to the first NUL.
 * - `hex`: hexadecimal digits.
 */
export type ByteRenderer = "ipv4" | "ipv6" | "mac" | "port" | "cidr" | "char" | "hex";

/**
 * Renderers of integers.
 *
 * - `ktime`: nanoseconds since boot, as `bpf_ktime_get_ns` gives them, as a time of day.
 * - `age`: nanoseconds since boot as the time that has gone by since: `1.5ms`.
 * - `duration`: nanoseconds as a duration: `1.5ms`.
 * - `bytes`: a number of bytes with a unit.
 * - `ifindex`, `uid`, `cgroup`: the name of a network interface or user, the path of a control group's id.
 * - `errno`, `signal`, `syscall`: the name of the number; of an errno also of a negative one.
 * - `ipproto`: the name of an IP protocol: `tcp`.
 * - `ksym`: the kernel symbol at or before an address: `tcp_connect+0x1c`.
 */
export type IntegerRenderer =
  | "ifindex"
  | "ktime"
  | "age"
  | "duration"
  | "bytes"
  | "errno"
  | "ipproto"
  | "signal"
  | "syscall"
  | "ksym"
  | "cgroup"
  | "uid";

/** The renderers that need nothing but a value; `flags` needs an enum, too. */
export type RendererName = ByteRenderer | IntegerRenderer;
