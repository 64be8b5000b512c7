import type { Socket } from "node:net";

/**
 * The open connections. Where one more than the most comes, the one that has waited longest without a request being answered is
 * closed: clients that only hold connections can't keep others out.
 */
export class Connections {
  readonly #most: number;
  /** In the order in which they came, or last had an answer. */
  readonly #idle = new Set<Socket>();
  readonly #busy = new Set<Socket>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The number of connections with a request that is being answered. */
  get busy(): number {
    return this.#busy.size;
  }

  add(socket: Socket): void {
    this.#idle.add(socket);
    socket.once("close", () => {
      this.#idle.delete(socket);
      this.#busy.delete(socket);
    });
    if (this.#idle.size + this.#busy.size > this.#most) this.#closeOldest();
  }

  /** A request of this connection is being answered, until the function that this returns is called. */
  begin(socket: Socket): () => void {
    this.#idle.delete(socket);
    this.#busy.add(socket);
    return () => {
      if (this.#busy.delete(socket) && !socket.destroyed) this.#idle.add(socket);
    };
  }

  /** Closes those that wait. */
  closeIdle(): void {
    for (const socket of this.#idle) socket.destroy();
  }

  /** Closes all. */
  closeAll(): void {
    this.closeIdle();
    for (const socket of this.#busy) socket.destroy();
  }

  #closeOldest(): void {
    const [oldest] = this.#idle;
    oldest?.destroy();
  }
}
