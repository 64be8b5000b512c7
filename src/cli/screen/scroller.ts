import type { Key } from "./keys.ts";

const WHEEL_LINES = 3;

/** A row of a list that is selected, and the part of the list that is seen. */
export class Scroller {
  /** The selected row. */
  row = 0;
  /** The first row that is seen. */
  first = 0;
  #rows = 0;
  #room = 1;

  /** Tells how many rows there are, and how many are seen at a time. The selected one is among them. */
  fit(rows: number, room: number): void {
    this.#rows = rows;
    this.#room = Math.max(1, room);
    this.#go(this.row);
  }

  /** Moves by a key; false if it means something else. */
  key(key: Key): boolean {
    const step = this.#stepOf(key);
    if (step === undefined) return false;
    this.#go(this.row + step);
    return true;
  }

  #stepOf(key: Key): number | undefined {
    switch (key) {
      case "up":
      case "k":
        return -1;
      case "down":
      case "j":
        return 1;
      case "page-up":
        return -this.#room;
      case "page-down":
      case " ":
        return this.#room;
      case "home":
      case "g":
        return -this.#rows;
      case "end":
      case "G":
        return this.#rows;
      case "wheel-up":
        return -WHEEL_LINES;
      case "wheel-down":
        return WHEEL_LINES;
    }
    return undefined;
  }

  #go(row: number): void {
    this.row = Math.max(0, Math.min(row, this.#rows - 1));
    if (this.row < this.first) this.first = this.row;
    if (this.row >= this.first + this.#room) this.first = this.row - this.#room + 1;
    this.first = Math.max(0, Math.min(this.first, this.#rows - this.#room));
  }
}
