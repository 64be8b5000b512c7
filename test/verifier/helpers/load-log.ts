import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename } from "node:path";
import { programOfObject } from "./programs.ts";

/** The most that is kept of a log: its end, as kernels since 6.4 keep it in a buffer that is too small. */
const MOST = 40_000;
/** Instructions that are read one by one take a while in a guest. */
const TIMEOUT = 240_000;

/** Runs a program with all rights of root but those to look into the kernel. */
const FEWER_RIGHTS = ["setpriv", "--bounding-set", "-perfmon,-sys_admin", "--inh-caps", "-perfmon,-sys_admin"];

/**
 * Loads an object with bpftool and returns what it printed; undefined where the kernel took the program. The kernel's
 * addresses, paths and the run's own names are made the same for all runs.
 */
export function refusalOf(bpftool: string, object: string, pin: string): string | undefined {
  const { fewerRights } = programOfObject(basename(object));
  const [command = "", ...args] = [...(fewerRights ? FEWER_RIGHTS : []), bpftool, "prog", "load", object, pin];
  const { status, stderr } = spawnSync(command, args, {
    encoding: "latin1",
    timeout: TIMEOUT,
    killSignal: "SIGKILL",
    maxBuffer: 1 << 30,
  });
  rmSync(pin, { force: true });
  return status === 0 ? undefined : normalized(stderr);
}

function normalized(text: string): string {
  const cut = text.length <= MOST ? text : text.slice(text.length - MOST);
  // Where maps lie in the kernel's memory, which is another place each time.
  const plain = cut.replace(/(\(18\) r\d+ = )0xffff[0-9a-f]{12}\b/g, "$10xffff888100000000");
  return plain.replace(/'[^']*\/([^/']+\.o)'/g, "'$1'");
}
