import { createHmac, randomBytes } from "node:crypto";

/** Checks that may wait for another, which keeps the CPU busy: there is one at a time. */
const MOST_WAITING = 16;
/** Passwords that are known to be right. */
const MOST_KNOWN = 100;

/** Compares a password with a bcrypt hash. */
type Compare = (password: string, hash: string) => Promise<boolean>;

/** A user's name and password, as a client sends them. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Checks passwords. A hash takes a tenth of a second to compute, so one that was right is remembered, as a digest with
 * a key that only this process has.
 */
export class Passwords {
  readonly #compare: Compare;
  readonly #key = randomBytes(32);
  readonly #known = new Set<string>();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(compare: Compare = bcryptCompare) {
    this.#compare = compare;
  }

  /** Tells whether a user has this password; "busy" if too many wait for that already. */
  async check(users: ReadonlyMap<string, string>, given: Credentials): Promise<boolean | "busy"> {
    const hash = users.get(given.user);
    const digest = hash === undefined ? undefined : this.#digest(given, hash);
    if (digest !== undefined && this.#known.has(digest)) return true;
    if (this.#waiting >= MOST_WAITING) return "busy";
    return await this.#inTurn(async () => {
      if (digest !== undefined && this.#known.has(digest)) return true;
      // For a user that isn't there it takes as long, so that time doesn't tell who is.
      const [anyHash = ""] = users.values();
      const isRight = await this.#compare(given.password, hash ?? anyHash);
      if (digest === undefined || !isRight) return false;
      this.#remember(digest);
      return true;
    });
  }

  async #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#waiting++;
    const turn = this.#last.then(work).finally(() => this.#waiting--);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  #digest({ user, password }: Credentials, hash: string): string {
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([user, hash, password]))
      .digest("base64");
  }

  #remember(digest: string): void {
    const [oldest] = this.#known;
    if (this.#known.size >= MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    this.#known.add(digest);
  }
}

/** bcrypt in JavaScript, which gives way to others ten times a second. */
async function bcryptCompare(password: string, hash: string): Promise<boolean> {
  const { compare } = await import("bcryptjs");
  return await compare(password, hash);
}

/** Reads an Authorization header; undefined for none, or one of another kind. */
export function basicCredentials(header: string | undefined): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
