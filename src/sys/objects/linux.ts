import {
  Attr,
  BPF_OBJ_GET_INFO_BY_FD,
  BPF_PROG_GET_FD_BY_ID,
  ID_ATTR_SIZE,
  INFO_ATTR_SIZE,
  NEXT_ID_OFFSET,
  packId,
  packInfo,
} from "../bpf-attr.ts";
import { EINVAL, ENOENT, ENOSPC } from "../errno.ts";
import { Fd } from "../fd.ts";
import { kernelError } from "../kernel-error.ts";
import { addressOf, bpf, closeDescriptor } from "../libc.ts";
import {
  BPF_LINK_GET_FD_BY_ID,
  BPF_LINK_GET_NEXT_ID,
  BPF_PROG_GET_NEXT_ID,
  BPF_PROG_QUERY,
  BPF_TASK_FD_QUERY,
  LINK_INFO_SIZE,
  LOADED_PROGRAM_SIZE,
  nameFields,
  packProgramRequest,
  packQuery,
  packTaskFd,
  QUERY_ATTR_SIZE,
  queriedCount,
  TASK_FD_ATTR_SIZE,
  unpackLink,
  unpackProgram,
  unpackTaskFd,
} from "./attr.ts";
import { interfacePrograms } from "./interface-programs.ts";
import type { InterfacePrograms, Link, LinkTarget, LoadedProgram, ObjectKernel, QueryTarget } from "./kernel.ts";

const RIGHTS = "programs and links are opened by id with CAP_SYS_ADMIN only";
const QUERY_RIGHTS = "attachments are told with CAP_NET_ADMIN, or with CAP_SYS_ADMIN for perf events";

/** The bytes for a name: a path of a uprobe may have PATH_MAX. */
const NAME_BYTES = 4096;
/** The most programs that the kernel attaches to a hook: 64, and BPF_MPROG_MAX of the newer hooks. */
const MOST_ATTACHED = 64;

/** The programs and links of the kernel that this process runs on. */
export class LinuxObjectKernel implements ObjectKernel {
  readonly #id = new Attr(ID_ATTR_SIZE);
  readonly #info = new Attr(INFO_ATTR_SIZE);
  readonly #program = new Attr(LOADED_PROGRAM_SIZE);
  readonly #link = new Attr(LINK_INFO_SIZE);
  readonly #query = new Attr(QUERY_ATTR_SIZE);
  readonly #taskFd = new Attr(TASK_FD_ATTR_SIZE);
  readonly #name = new Uint8Array(new ArrayBuffer(NAME_BYTES));
  readonly #attached = new Attr(4 * MOST_ATTACHED);
  #mapIds = new Attr(4 * 64);

  ids(kind: "program" | "link"): number[] {
    const command = kind === "program" ? BPF_PROG_GET_NEXT_ID : BPF_LINK_GET_NEXT_ID;
    const ids: number[] = [];
    for (let id = 0; ; ) {
      const errno = Math.max(0, -bpf(command, packId(this.#id, id, 0)));
      if (errno === ENOENT) return ids;
      // Links have ids since Linux 5.8: before there is no such command.
      if (errno === EINVAL && kind === "link" && id === 0) return ids;
      if (errno !== 0) throw kernelError(`list ${kind}s`, errno, "KERNEL", RIGHTS, {});
      id = this.#id.readU32(NEXT_ID_OFFSET);
      ids.push(id);
    }
  }

  program(id: number): LoadedProgram | undefined {
    using fd = this.#open(BPF_PROG_GET_FD_BY_ID, id, "program");
    if (fd === undefined) return undefined;
    for (;;) {
      const capacity = this.#mapIds.bytes.length / 4;
      packProgramRequest(this.#program, addressOf(this.#mapIds.bytes), capacity);
      this.#readInfo(fd, this.#program, `read info of program id ${id}`);
      const program = unpackProgram(this.#program, this.#mapIds, capacity);
      if (typeof program !== "number") return program;
      this.#mapIds = new Attr(4 * program);
    }
  }

  link(id: number): Link | undefined {
    using fd = this.#open(BPF_LINK_GET_FD_BY_ID, id, "link");
    if (fd === undefined) return undefined;
    const doing = `read info of link id ${id}`;
    this.#link.bytes.fill(0);
    this.#name[0] = 0;
    this.#readInfo(fd, this.#link, doing);
    const fields = nameFields(this.#link);
    if (fields !== undefined) {
      this.#link.bytes.fill(0);
      this.#link.u64(fields.address, addressOf(this.#name)).u32(fields.size, NAME_BYTES);
      // Refused where the name is a secret, as addresses of the kernel may be: then there is none.
      this.#tryInfo(fd, this.#link);
    }
    return unpackLink(this.#link, this.#name);
  }

  attachedTo(target: QueryTarget, attachType: number): number[] {
    const attr = packQuery(this.#query, target, attachType, addressOf(this.#attached.bytes), MOST_ATTACHED);
    const errno = Math.max(0, -bpf(BPF_PROG_QUERY, attr));
    // EINVAL: a hook that this kernel doesn't have; ENOENT: none of its kind on this object.
    if (errno === EINVAL || errno === ENOENT) return [];
    if (errno !== 0 && errno !== ENOSPC)
      throw kernelError("query attached programs", errno, "KERNEL", QUERY_RIGHTS, {});
    const count = Math.min(queriedCount(this.#query), MOST_ATTACHED);
    return Array.from({ length: count }, (_, i) => this.#attached.readU32(4 * i));
  }

  perfProgram(pid: number, fd: number): { programId: number; target: LinkTarget } | undefined {
    this.#name[0] = 0;
    const attr = packTaskFd(this.#taskFd, pid, fd, addressOf(this.#name), NAME_BYTES);
    // Most errnos mean "no program", or that the process is gone.
    if (bpf(BPF_TASK_FD_QUERY, attr) < 0) return undefined;
    return unpackTaskFd(this.#taskFd, this.#name);
  }

  interfacePrograms(): InterfacePrograms {
    return interfacePrograms();
  }

  #open(command: number, id: number, what: string): Fd | undefined {
    const result = bpf(command, packId(this.#id, id, 0));
    if (result >= 0) return new Fd(result, closeDescriptor);
    if (result === -ENOENT) return undefined;
    throw kernelError(`open ${what} id ${id}`, -result, "KERNEL", RIGHTS, { id });
  }

  #readInfo(fd: Fd, info: Attr, doing: string): void {
    const errno = this.#tryInfo(fd, info);
    if (errno !== 0) throw kernelError(doing, errno, "KERNEL", RIGHTS, {});
  }

  /** Fills in `info`. An older kernel, whose struct is shorter, takes it because the rest is zero. */
  #tryInfo(fd: Fd, info: Attr): number {
    const attr = packInfo(this.#info, fd.number, addressOf(info.bytes), info.bytes.byteLength);
    return Math.max(0, -bpf(BPF_OBJ_GET_INFO_BY_FD, attr));
  }
}
