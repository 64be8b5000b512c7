/** The kernel walks at most a million instructions; a log that claims more loses what is oldest of a path. */
const MOST_STEPS = 1_200_000;
/** Of so many last steps the printed registers are kept too. */
const MOST_STATES = 20_000;

/**
 * The instructions from a program's start to where the verifier is. It tries one branch of each jump, and goes back for
 * the other when the first is done; then the path goes back too. Columns of numbers, since a path can have a million
 * steps; what the log says of the registers is kept of the last ones only.
 */
export class ExecutionPath {
  #pcs: number[] = [];
  #frames: number[] = [];
  /** Behind an instruction: what it changed, or everything. */
  #after: (string | undefined)[] = [];
  /** By instruction, the steps that the verifier may still go back to, the last one last. */
  #open = new Map<number, number[]>();
  /** Steps that were dropped at the start. */
  dropped = 0;

  get length(): number {
    return this.#pcs.length;
  }

  push(pc: number, frame: number, after: string | undefined): void {
    if (this.#pcs.length >= MOST_STEPS) this.#dropHalf();
    this.#openAt(pc, this.#pcs.push(pc) - 1);
    this.#frames.push(frame);
    this.#after.push(after);
    const old = this.#after.length - 1 - MOST_STATES;
    if (old >= 0) this.#after[old] = undefined;
  }

  /** Adds to what is known behind the last step. */
  addState(state: string): void {
    const last = this.#after.length - 1;
    if (last < 0) return;
    const known = this.#after[last];
    this.#after[last] = known === undefined || known === "" ? state : state || known;
  }

  /**
   * Goes back to the branch at `pc` that the verifier has not gone back to yet, the last one first. False where the path
   * has none, as in a log whose start is missing.
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
    return this.#pcs[step] ?? -1;
  }

  frame(step: number): number {
    return this.#frames[step] ?? 0;
  }

  setFrame(step: number, frame: number): void {
    if (step >= 0 && step < this.#frames.length) this.#frames[step] = frame;
  }

  after(step: number): string | undefined {
    return this.#after[step];
  }

  #openAt(pc: number, step: number): void {
    const steps = this.#open.get(pc);
    if (steps === undefined) this.#open.set(pc, [step]);
    else steps.push(step);
  }

  #truncate(length: number): void {
    for (let step = this.#pcs.length - 1; step >= length; step--) {
      const pc = this.pc(step);
      const steps = this.#open.get(pc);
      if (steps?.at(-1) === step) steps.pop();
      if (steps?.length === 0) this.#open.delete(pc);
    }
    this.#pcs.length = length;
    this.#frames.length = length;
    this.#after.length = length;
  }

  #dropHalf(): void {
    const half = this.#pcs.length >> 1;
    this.dropped += half;
    this.#pcs = this.#pcs.slice(half);
    this.#frames = this.#frames.slice(half);
    this.#after = this.#after.slice(half);
    this.#open = new Map();
    for (const [step, pc] of this.#pcs.entries()) this.#openAt(pc, step);
  }
}
