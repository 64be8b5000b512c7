/** A completion of a word. */
export interface Candidate {
  readonly text: string;
  readonly description?: string;
}

/** The completions of a word. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** True if names of files are completions, too. */
  readonly files: boolean;
}
