import type { ServerResponse } from "node:http";
import { type Answer, type BodyStream, SAFE_HEADERS } from "./answers.ts";

const PLAIN = "text/plain; charset=utf-8";

/** The options for sending an answer. */
export interface SendOptions {
  /** The head alone, as HEAD wants it. */
  readonly isHead: boolean;
  /** The milliseconds in which a client must take a body, or each part of a stream. */
  readonly answerTime: number;
}

/** Sends an answer. A client that takes it too slowly, whose bytes would stay in memory, is disconnected. */
export async function send(response: ServerResponse, answer: Answer, options: SendOptions): Promise<void> {
  const { status, body, contentType = PLAIN, headers } = answer;
  const head = { ...SAFE_HEADERS, "content-type": contentType, ...headers };
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    response.writeHead(status, { ...head, "content-length": bytes.length });
    await within(options, response, (done) => response.end(options.isHead ? undefined : bytes, done));
    return;
  }
  response.writeHead(status, head);
  if (options.isHead) response.end();
  else await sendStream(response, body, options);
}

async function sendStream(response: ServerResponse, body: BodyStream, options: SendOptions): Promise<void> {
  response.flushHeaders();
  for await (const part of body) {
    if (response.destroyed) return;
    if (!response.write(part)) await within(options, response, (done) => response.once("drain", done));
    if (response.destroyed) return;
  }
  response.end();
}

/** Waits for something to be done, or for the end of the connection, which comes when the time is up. */
function within(
  { answerTime }: SendOptions,
  response: ServerResponse,
  start: (done: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), answerTime);
    const done = (): void => {
      clearTimeout(timer);
      response.off("close", done);
      resolve();
    };
    response.once("close", done);
    start(done);
  });
}
