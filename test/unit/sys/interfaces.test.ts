import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { interfaceName } from "../../../src/sys/interfaces.ts";
import { Scratch } from "../../helpers/scratch.ts";

test("an interface is named if its namespace is this one", () => {
  using scratch = new Scratch();
  const paths = { namespace: join(scratch.folder, "net"), interfaces: join(scratch.folder, "interfaces") };
  writeFileSync(paths.namespace, "");
  for (const [name, index] of Object.entries({ lo: 1, eni0: 7 })) {
    mkdirSync(join(paths.interfaces, name), { recursive: true });
    writeFileSync(join(paths.interfaces, name, "ifindex"), `${index}\n`);
  }
  writeFileSync(join(paths.interfaces, "bonding_masters"), "");
  const { dev, ino } = statSync(paths.namespace, { bigint: true });
  expect(interfaceName({ ifindex: 7, netnsDev: dev, netnsIno: ino }, paths)).toBe("eni0");
  expect(interfaceName({ ifindex: 8, netnsDev: dev, netnsIno: ino }, paths)).toBeUndefined();
  expect(interfaceName({ ifindex: 7, netnsDev: dev, netnsIno: ino + 1n }, paths)).toBeUndefined();
  expect(interfaceName({ ifindex: 7, netnsDev: dev + (1n << 32n), netnsIno: ino }, paths)).toBe("eni0");
});
