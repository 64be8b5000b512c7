/** Where a package goes, and a folder of its own to make it in. */
export interface Target {
  readonly version: string;
  readonly work: string;
  readonly path: string;
}
