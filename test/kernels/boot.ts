import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scratch } from "../helpers/scratch.ts";
import { type GuestResult, RESULT_MARK } from "./guest-result.ts";
import type { Guest, GuestArch } from "./matrix.ts";

/** Seconds for everything that happens in a guest. */
const TIMEOUT = Number(process.env.EBPF_MAP_GUEST_TIMEOUT ?? 900);

/** MiB: twice the image, since its archive and the files out of it are there at the same time, and room to work. */
const MEMORY = 2048;

interface Machine {
  readonly qemu: string;
  readonly args: readonly string[];
  readonly console: string;
  /** Where what is printed goes: a serial port that isn't the console's. */
  readonly output: readonly string[];
}

/**
 * QEMU without KVM, so that it runs anywhere. On x86-64 two bugs of its version 7.2 decide the processor: cmpxchg16b
 * spoils the flags, so the guest is told that there is none; and a second running CPU may miss that the kernel has
 * patched its own text, so there is one, whatever the number that the kernel makes room for. (Without cmpxchg16b Linux
 * 7 makes no arena.) The machine for arm64 has one serial port, so the output goes through another on its PCI bus; its
 * processor is one that knows pages of 16 KiB.
 */
const MACHINES: Readonly<Record<GuestArch, Machine>> = {
  x64: {
    qemu: "qemu-system-x86_64",
    args: ["-cpu", "qemu64,-cx16"],
    console: "ttyS0",
    output: ["-serial", "stdio"],
  },
  arm64: {
    qemu: "qemu-system-aarch64",
    args: ["-machine", "virt", "-cpu", "neoverse-n1"],
    console: "ttyAMA0",
    output: ["-chardev", "stdio,id=output,signal=off", "-device", "pci-serial,chardev=output"],
  },
};

/** What came of a guest: its result, or why there is none. */
export type Outcome<Result = GuestResult> = { readonly result: Result } | { readonly crash: string };

/**
 * Boots a kernel with the image and waits for the suite's result. A boot that fails before the suite is tried again.
 */
export async function bootGuest<Result = GuestResult>(
  guest: Guest,
  kernel: string,
  image: string,
  scratch: Scratch,
): Promise<Outcome<Result>> {
  const console = join(scratch.folder, `console-${guest.name}`);
  for (let attempt = 1; ; attempt++) {
    const output = await runQemu(guest, kernel, image, console);
    const line = output.split("\n").find((text) => text.startsWith(RESULT_MARK));
    if (line !== undefined) return { result: JSON.parse(line.slice(RESULT_MARK.length)) };
    const log = readFileSync(console, "latin1");
    if (attempt === 1 && !log.includes("guest: start")) continue;
    return { crash: `${output.slice(-2000)}\n${log.slice(-2000)}` };
  }
}

/** Returns what the suite printed. QEMU ends with the guest, with this process, or at the timeout. */
async function runQemu(guest: Guest, kernel: string, image: string, console: string): Promise<string> {
  const machine = MACHINES[guest.arch];
  const parameters = `console=${machine.console} quiet panic=-1 printk.devkmsg=on edd=off nokaslr lsm=bpf ${guest.parameters ?? ""}`;
  const args = [
    ...["-accel", "tcg,thread=multi", "-nodefaults", "-no-user-config", ...machine.args],
    ...["-smp", String(guest.cpus ?? 1), "-m", String(MEMORY), "-display", "none", "-no-reboot"],
    ...["-serial", `file:${console}`, ...machine.output],
    ...["-kernel", kernel, "-initrd", image, "-append", parameters],
  ];
  const qemu = spawn(machine.qemu, args, {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: TIMEOUT * 1000,
    killSignal: "SIGKILL",
  });
  const end = (): void => {
    qemu.kill("SIGKILL");
  };
  process.on("exit", end);
  const chunks: Buffer[] = [];
  qemu.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(qemu, "close");
  process.off("exit", end);
  return Buffer.concat(chunks).toString("utf8");
}
