export function compileEngine(options?: {
  readonly asserts?: boolean;
  readonly edit?: (name: string, text: string) => string;
}): Promise<Uint8Array<ArrayBuffer>>;
export function sourceDigest(): string;
