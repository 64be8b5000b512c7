/** The kernel walks at most a million instructions; a log that claims more loses what is oldest of a path. */
const MOST_STEPS = 1_200_000;
/** Of so many last steps the printed registers are kept too. */
const MOST_STATES = 8_192;

/**
 * The instructions from a program's start to where the verifier is. It tries one branch of each jump, and goes back for
 * the other when the first is done; then the path goes back too. Columns of numbers, since a path can have a million
 * steps; what the log says of the registers is kept of the last ones only.
 */
export class ExecutionPath {
  #pcs = new Int32Array(1 << 12);
  #frames = new Uint8Array(1 << 12);
  #length = 0;
  /**
   * Of the last steps, behind an instruction: what it changed, or everything. A step's place is its index, modulo the
   * size.
   */
  readonly #after: ({ readonly step: number; readonly state: string } | undefined)[] = [];
  /** By instruction, the steps that the verifier may still go back to, the last one last. */
  readonly #open = new Map<number, number[]>();
  /** Steps that were dropped at the start. */
  dropped = 0;

  get length(): number {
    return this.#length;
  }

  /** `forks` where the verifier may come back to the step for another branch. */
  push(pc: number, frame: number, after: string | undefined, forks: boolean): void {
    if (this.#length >= MOST_STEPS) this.#dropHalf();
    if (this.#length === this.#pcs.length) this.#grow();
    this.#pcs[this.#length] = pc;
    this.#frames[this.#length] = frame;
    if (forks) this.#openAt(pc, this.#length);
    this.#setAfter(this.#length, after);
    this.#length += 1;
  }

  /** Records what is known behind the last step. */
  addState(state: string): void {
    if (this.#length > 0 && state !== "") this.#setAfter(this.#length - 1, state);
  }

  /**
   * Goes back to the branch at `pc` that the verifier has not gone back to yet, the last one first. False where the
   * path has none, as in a log whose start is missing.
   */
  backTo(pc: number): boolean {
    const step = this.#open.get(pc)?.pop();
    if (step === undefined) return false;
    this.#truncate(step + 1);
    return true;
  }

  clear(): void {
    this.#truncate(0);
  }

  pc(step: number): number {
    return step >= 0 && step < this.#length ? (this.#pcs[step] ?? -1) : -1;
  }

  frame(step: number): number {
    return step >= 0 && step < this.#length ? (this.#frames[step] ?? 0) : 0;
  }

  after(step: number): string | undefined {
    const kept = this.#after[step % MOST_STATES];
    return kept?.step === step ? kept.state : undefined;
  }

  #setAfter(step: number, state: string | undefined): void {
    this.#after[step % MOST_STATES] = state === undefined ? undefined : { step, state };
  }

  #grow(): void {
    const pcs = new Int32Array(2 * this.#length);
    pcs.set(this.#pcs);
    const frames = new Uint8Array(2 * this.#length);
    frames.set(this.#frames);
    [this.#pcs, this.#frames] = [pcs, frames];
  }

  #openAt(pc: number, step: number): void {
    const steps = this.#open.get(pc);
    if (steps === undefined) this.#open.set(pc, [step]);
    else steps.push(step);
  }

  #truncate(length: number): void {
    for (let step = this.#length - 1; step >= length; step--) {
      const pc = this.pc(step);
      const steps = this.#open.get(pc);
      if (steps?.at(-1) === step) steps.pop();
      if (steps?.length === 0) this.#open.delete(pc);
    }
    this.#length = Math.min(this.#length, length);
  }

  #dropHalf(): void {
    // A multiple of the states' places, so that they stay where they are found.
    const half = Math.floor(this.#length / 2 / MOST_STATES) * MOST_STATES;
    this.dropped += half;
    this.#pcs.copyWithin(0, half, this.#length);
    this.#frames.copyWithin(0, half, this.#length);
    this.#length -= half;
    for (const [at, kept] of this.#after.entries()) {
      if (kept !== undefined) this.#after[at] = { step: kept.step - half, state: kept.state };
    }
    for (const [pc, steps] of this.#open) {
      const kept = steps.filter((step) => step >= half).map((step) => step - half);
      if (kept.length > 0) this.#open.set(pc, kept);
      else this.#open.delete(pc);
    }
  }
}
