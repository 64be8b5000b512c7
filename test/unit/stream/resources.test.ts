import { expect, test } from "vitest";
import { openWith, Resources } from "../../../src/stream/resources.ts";

function recorder(log: string[]): (name: string, fails?: boolean) => Disposable {
  return (name, fails = false) => ({
    [Symbol.dispose]() {
      log.push(name);
      if (fails) throw new Error(`${name} fails`);
    },
  });
}

test("all are disposed of, the last one first, and the first failure is thrown", () => {
  const log: string[] = [];
  const make = recorder(log);
  const resources = new Resources();
  resources.own(make("a"));
  resources.own(make("b", true));
  resources.atEnd(() => log.push("end"));
  resources.own(make("c", true));
  expect(() => resources[Symbol.dispose]()).toThrow("c fails");
  expect(log).toEqual(["c", "end", "b", "a"]);
  resources[Symbol.dispose]();
  expect(log.length).toBe(4);
  expect(() => resources.check("read events")).toThrow("read events: it is closed");
});

test("an opening that fails leaves nothing open; one that succeeds owns what it opened", () => {
  const log: string[] = [];
  const make = recorder(log);
  const failing = (): never =>
    openWith((resources) => {
      resources.own(make("a"));
      throw new Error("no");
    });
  expect(failing).toThrow("no");
  expect(log).toEqual(["a"]);
  const owner = openWith((resources) => {
    resources.own(make("b"));
    return resources;
  });
  expect(log).toEqual(["a"]);
  owner[Symbol.dispose]();
  expect(log).toEqual(["a", "b"]);
});
