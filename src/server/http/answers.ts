/** Headers of every answer: no page may be framed, sniffed or kept, nor load anything. There is no CORS. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Parts of a body that come as time goes on, such as events. Its `return` is called when the client has gone. */
export type BodyStream = AsyncIterable<Uint8Array | string>;

/** An answer to a request. */
export interface Answer {
  readonly status: number;
  readonly body: Uint8Array | string | BodyStream;
  /** Plain text unless given. */
  readonly contentType?: string;
  /** Headers besides, or in place of, `SAFE_HEADERS`: a page has a content security policy of its own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A few words as an answer. */
export function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: `${text}\n`, headers };
}

const INDEX = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>ebpf-map</title>
<h1>ebpf-map</h1>
<ul>
<li><a href="/metrics">Metrics</a>
<li><a href="/healthz">Health</a>
<li><a href="/readyz">Readiness</a>
</ul>
</html>
`;

/** The page at the root, which only links to the others. */
export function indexPage(): Answer {
  return { status: 200, body: INDEX, contentType: "text/html; charset=utf-8" };
}
