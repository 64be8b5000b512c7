import { release } from "node:os";
import { EINVAL } from "../../../src/sys/errno.ts";
import { systemPageSize } from "../../../src/sys/events/calls.ts";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { createMap, type MapSpec } from "../../helpers/bpf.ts";
import { runOurs } from "../../helpers/run-ours.ts";
import { Scratch } from "../../helpers/scratch.ts";
import { Checks, errnoOf } from "./checks.ts";

const RING: MapSpec = { type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: systemPageSize(), name: "ring" };
const BPF_F_RB_OVERWRITE = 1 << 19;

/**
 * Ring buffers: an ordinary one is read, and one in overwrite mode, where the kernel makes such, is refused by name.
 */
export async function checkStreams(): Promise<Checks> {
  const checks = new Checks();
  using scratch = new Scratch();
  const events = async (spec: MapSpec): Promise<object> => {
    const { id } = new LinuxKernel().mapInfo(scratch.own(createMap(spec)));
    const { status, stderr } = await runOurs(["events", "id", String(id), "--from", "oldest", "--for", "50ms"]);
    return { status, stderr: stderr.replace(/ in \d+\.\d s/, "").replace(/map id \d+/, "map id N") };
  };
  checks.equal("read an empty ring buffer", await events(RING), {
    status: 0,
    stderr: "0 events (0 bytes); none lost\n",
  });
  const overwriting = { ...RING, flags: BPF_F_RB_OVERWRITE };
  try {
    checks.equal("read a ring buffer in overwrite mode", await events(overwriting), {
      status: 255,
      stderr:
        "Error: read the events of map id N: a ring buffer in overwrite mode (BPF_F_RB_OVERWRITE) has rules of its own, which are not known here\n",
    });
    checks.equal("make a ring buffer in overwrite mode", overwrites(), true);
  } catch (error) {
    checks.equal("make a ring buffer in overwrite mode", errnoOf(error), overwrites() ? 0 : EINVAL);
  }
  return checks;
}

function overwrites(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 6 || (major === 6 && minor >= 19);
}
