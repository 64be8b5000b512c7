import { expect, test } from "vitest";
import { progTypeName } from "../../../src/sys/prog-types.ts";

test.each([
  [1, undefined, "socket_filter"],
  [3, undefined, "sched_cls"],
  [26, undefined, "tracing"],
  [32, undefined, "netfilter"],
  [33, undefined, undefined],
  [32, 32, undefined],
])("program type %d where names end at %s is %s", (type, namesBelow, name) => {
  expect(progTypeName(type, namesBelow)).toBe(name);
});
