import { expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { Feeds, messageOf, SharedFeed } from "../../../../src/server/live/shared-feed.ts";

/** Work that the test does: each call of `once` waits until it is let go. */
class SteppedWork {
  started = 0;
  signal: AbortSignal | undefined;
  #go: ((next: number | undefined) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  once(signal: AbortSignal): Promise<number | undefined> {
    this.started += 1;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.#go = resolve;
      this.#fail = reject;
    });
  }

  /** Ends a call, and waits until the next one has begun, if there is one. */
  async step(then: "again" | "end" = "again"): Promise<void> {
    const { started } = this;
    this.#go?.(then === "end" ? undefined : 0);
    while (then === "again" && this.started === started) await new Promise(setImmediate);
  }

  fail(error: Error): void {
    this.#fail?.(error);
  }
}

function stepped(): { work: SteppedWork; feed: SharedFeed; ends: () => number } {
  const work = new SteppedWork();
  let ends = 0;
  const feed = new SharedFeed(work, () => {
    ends += 1;
  });
  return { work, feed, ends: () => ends };
}

test("viewers share the work, and one that is slow gets the latest state once", async () => {
  const { work, feed, ends } = stepped();
  const signal = new AbortController().signal;
  const [quick, slow] = [feed.watch(signal), feed.watch(signal)];
  expect(work.started).toBe(0);
  const first = [quick.next(), slow.next()];
  await work.step();
  await Promise.all(first);
  for (let i = 0; i < 3; i++) {
    const next = quick.next();
    await work.step();
    expect((await next).done).toBe(false);
  }
  expect([work.started, feed.version]).toEqual([5, 4]);
  expect((await slow.next()).done).toBe(false);
  const waiting = slow.next();
  await work.step();
  expect((await waiting).done).toBe(false);
  await quick.return();
  expect(ends()).toBe(0);
  await slow.return();
  expect([ends(), work.signal?.aborted]).toEqual([1, true]);
});

test("a viewer that goes away while it waits is let go", async () => {
  const { feed, ends } = stepped();
  const gone = new AbortController();
  const waiting = feed.watch(gone.signal).next();
  gone.abort();
  expect((await waiting).done).toBe(true);
  expect(ends()).toBe(1);
});

test("work that ends shows its last state", async () => {
  const { work, feed } = stepped();
  const viewer = feed.watch(new AbortController().signal);
  const first = viewer.next();
  await work.step("end");
  expect((await first).done).toBe(false);
  expect((await viewer.next()).done).toBe(true);
});

test("work that fails fails for its viewers", async () => {
  const { work, feed, ends } = stepped();
  const first = feed.watch(new AbortController().signal).next();
  work.fail(new EbpfMapError("QUERY_INVALID", "no field"));
  await expect(first).rejects.toMatchObject({ code: "QUERY_INVALID" });
  expect(ends()).toBe(1);
});

test("a feed is there as long as somebody watches it", () => {
  const feeds = new Feeds<{ readonly feed: SharedFeed; readonly name: string }>();
  let end = (): void => undefined;
  const made = feeds.of("a", (ending) => {
    end = ending;
    return { feed: stepped().feed, name: "first" };
  });
  expect(feeds.of("a", () => expect.fail("it is there"))).toBe(made);
  end();
  expect(feeds.size).toBe(0);
});

test("faults of the program are no messages", () => {
  expect(messageOf(new EbpfMapError("KERNEL", "read map id 7: no"))).toBe("read map id 7: no");
  expect(() => messageOf(new TypeError("x"))).toThrow("x");
});
