import type { Socket } from "node:net";

/** The two ends of a connection: of TLS, requests have another socket than what was accepted, with the same ends. */
function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

/**
 * The open connections. Where one more than the most comes, the one that has waited longest without a request being
 * answered is closed: clients that only hold connections can't keep others out.
 */
export class Connections {
  readonly #most: number;
  /** By their ends, in the order in which they came, or last had an answer. */
  readonly #idle = new Map<string, Socket>();
  readonly #busy = new Map<string, Socket>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The number of connections with a request that is being answered. */
  get busy(): number {
    return this.#busy.size;
  }

  add(socket: Socket): void {
    const ends = endsOf(socket);
    this.#idle.set(ends, socket);
    socket.once("close", () => {
      this.#idle.delete(ends);
      this.#busy.delete(ends);
    });
    if (this.#idle.size + this.#busy.size > this.#most) this.#closeOldest();
  }

  /** A request of this connection is being answered, until the function that this returns is called. */
  begin(socket: Socket): () => void {
    const ends = endsOf(socket);
    const accepted = this.#idle.get(ends);
    if (accepted === undefined) return () => undefined;
    this.#idle.delete(ends);
    this.#busy.set(ends, accepted);
    return () => {
      if (this.#busy.delete(ends) && !accepted.destroyed) this.#idle.set(ends, accepted);
    };
  }

  /** Closes those that wait. */
  closeIdle(): void {
    for (const socket of this.#idle.values()) socket.destroy();
  }

  /** Closes all. */
  closeAll(): void {
    this.closeIdle();
    for (const socket of this.#busy.values()) socket.destroy();
  }

  #closeOldest(): void {
    const [oldest] = this.#idle.values();
    oldest?.destroy();
  }
}
