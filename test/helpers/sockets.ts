import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Scratch } from "./scratch.ts";

/** The descriptor of a TCP socket that listens, as sockmap and sockhash take them; closed with the scope. */
export async function listeningSocket(scratch: Scratch): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  scratch.own({ [Symbol.dispose]: () => server.close() });
  // Node has no public way to the descriptor of a server.
  const { _handle: handle } = server as unknown as { _handle: { fd: number } };
  return handle.fd;
}

/**
 * Node can't set SO_REUSEPORT, and perl is in every Debian: it binds, puts the socket into the pinned map, and waits.
 */
const REUSEPORT_HOLDER = String.raw`
use Socket;
my ($pin, $bpf, $value_size) = @ARGV;
socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
setsockopt($socket, SOL_SOCKET, 15, 1) or die "SO_REUSEPORT: $!";
bind($socket, sockaddr_in(0, INADDR_LOOPBACK)) or die "bind: $!";
my $path = "$pin\0";
my $get = pack("P L L", $path, 0, 0);
my $map = syscall($bpf, 7, $get, length $get);
die "open $pin: $!" if $map < 0;
my ($key, $value) = (pack("L", 0), pack($value_size == 8 ? "Q" : "L", fileno $socket));
my $update = pack("L L P P Q", $map, 0, $key, $value, 0);
die "update: $!" if syscall($bpf, 2, $update, length $update) < 0;
$| = 1;
print "ready\n";
<STDIN>;
`;

/** Fills slot 0 of a pinned reuseport_sockarray with a socket that lives as long as the scope. */
export async function fillReuseport(scratch: Scratch, pin: string, valueSize: number): Promise<void> {
  const syscall = process.arch === "arm64" ? 280 : 321;
  const args = ["-e", REUSEPORT_HOLDER, pin, String(syscall), String(valueSize)];
  const holder = spawn("perl", args, { stdio: ["pipe", "pipe", "inherit"] });
  scratch.own({ [Symbol.dispose]: () => holder.kill() });
  const [line] = await Promise.race([once(holder.stdout, "data"), once(holder, "exit").then(() => [""])]);
  if (String(line) !== "ready\n") throw new Error("could not bind a SO_REUSEPORT socket");
}
