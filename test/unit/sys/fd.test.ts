import { describe, expect, it, vi } from "vitest";
import { Fd, openDescriptors, trackDescriptors } from "../../../src/sys/fd.ts";

describe("Fd", () => {
  it("closes once, however often it is told to", () => {
    const close = vi.fn();
    const fd = new Fd(7, close);
    fd.close();
    fd.close();
    fd[Symbol.dispose]();
    expect(close.mock.calls).toEqual([[7]]);
  });

  it("can't be used once it is closed", () => {
    const fd = new Fd(7, () => {});
    expect(fd.number).toBe(7);
    fd.close();
    expect(() => fd.number).toThrow("use of a closed descriptor");
  });

  it("remembers who opened what is still open, where that is asked for", () => {
    trackDescriptors();
    const before = openDescriptors().length;
    const fd = new Fd(7, () => {});
    expect(openDescriptors().slice(before)).toEqual([expect.stringContaining("fd.test.ts")]);
    fd.close();
    expect(openDescriptors()).toHaveLength(before);
  });
});

describe("a borrowed descriptor", () => {
  it("is closed when all have given it back, once", () => {
    const close = vi.fn();
    const fd = new Fd(7, close);
    const [one, other] = [fd.borrow(), fd.borrow()];
    expect([one.number, other.number]).toEqual([7, 7]);
    fd.close();
    expect(() => fd.number).toThrow("use of a closed descriptor");
    expect(() => fd.borrow()).toThrow("use of a closed descriptor");
    one.giveBack();
    one.giveBack();
    expect(close.mock.calls).toEqual([]);
    other.giveBack();
    fd.close();
    expect(close.mock.calls).toEqual([[7]]);
  });

  it("stays open if nobody has closed it", () => {
    const close = vi.fn();
    const fd = new Fd(7, close);
    fd.borrow().giveBack();
    expect(close.mock.calls).toEqual([]);
    expect(fd.number).toBe(7);
  });
});
