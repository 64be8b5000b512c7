import { hashSync } from "bcryptjs";
import { describe, expect, test } from "vitest";
import { basicCredentials, Passwords } from "../../../../src/server/access/passwords.ts";

const USERS: ReadonlyMap<string, string> = new Map([["prom", hashSync("s3cret", 4)]]);

/** A comparison that is counted, and finds `s3cret` right. */
function counting(): { passwords: Passwords; hashes: string[] } {
  const hashes: string[] = [];
  const passwords = new Passwords(async (password, hash) => {
    hashes.push(hash);
    return password === "s3cret";
  });
  return { passwords, hashes };
}

describe("a password", () => {
  test.each([
    ["prom", "s3cret", true],
    ["prom", "s3cret ", false],
    ["prom", "", false],
    ["Prom", "s3cret", false],
    ["", "s3cret", false],
  ])("%j %j: %j, by bcrypt", async (user, password, expected) => {
    expect(await new Passwords().check(USERS, { user, password })).toBe(expected);
  });

  test.each(["2a", "2b", "2y"])("hashes of $%s$, as several programs write them", async (version) => {
    const users = new Map([["prom", hashSync("s3cret", 4).replace(/^\$2.\$/, `$${version}$`)]]);
    expect(await new Passwords().check(users, { user: "prom", password: "s3cret" })).toBe(true);
  });

  test("that was right is not computed again, until the user has another", async () => {
    const { passwords, hashes } = counting();
    for (let i = 0; i < 3; i++) expect(await passwords.check(USERS, { user: "prom", password: "s3cret" })).toBe(true);
    expect(hashes).toHaveLength(1);
    const changed = new Map([["prom", hashSync("other", 4)]]);
    await passwords.check(changed, { user: "prom", password: "s3cret" });
    expect(hashes).toHaveLength(2);
    expect(await passwords.check(new Map([["x", ""]]), { user: "prom", password: "s3cret" })).toBe(false);
  });

  test("that was wrong is computed each time, and so is one of a user that isn't there", async () => {
    const { passwords, hashes } = counting();
    for (const user of ["prom", "prom", "nobody", "nobody"])
      expect(await passwords.check(USERS, { user, password: user === "prom" ? "no" : "s3cret" })).toBe(false);
    expect(hashes).toEqual(Array(4).fill(USERS.get("prom")));
  });

  test("the right ones that are remembered are bounded", async () => {
    const { passwords, hashes } = counting();
    const users = new Map(Array.from({ length: 101 }, (_, i) => [`u${i}`, `hash ${i}`]));
    for (const user of users.keys()) await passwords.check(users, { user, password: "s3cret" });
    await passwords.check(users, { user: "u100", password: "s3cret" });
    expect(hashes).toHaveLength(101);
    await passwords.check(users, { user: "u0", password: "s3cret" });
    expect(hashes).toHaveLength(102);
  });

  test("one is computed at a time; too many that wait are told so, and known ones don't wait", async () => {
    const releases: (() => void)[] = [];
    const passwords = new Passwords((password) => {
      if (password === "s3cret") return Promise.resolve(true);
      return new Promise((resolve) => releases.push(() => resolve(false)));
    });
    expect(await passwords.check(USERS, { user: "prom", password: "s3cret" })).toBe(true);
    const wrong = Array.from({ length: 20 }, (_, i) => passwords.check(USERS, { user: "prom", password: `${i}` }));
    expect(await passwords.check(USERS, { user: "prom", password: "s3cret" })).toBe(true);
    expect(releases).toHaveLength(1);
    for (let i = 0; i < 16; i++) {
      while (releases.length === i) await new Promise(setImmediate);
      expect(releases).toHaveLength(i + 1);
      releases[i]?.();
    }
    const results = await Promise.all(wrong);
    expect(results.filter((result) => result === false)).toHaveLength(16);
    expect(results.filter((result) => result === "busy")).toHaveLength(4);
  });

  test("a check that fails doesn't hold up the next", async () => {
    let count = 0;
    const passwords = new Passwords(async () => {
      if (count++ === 0) throw new Error("broken");
      return true;
    });
    await expect(passwords.check(USERS, { user: "prom", password: "a" })).rejects.toThrow("broken");
    expect(await passwords.check(USERS, { user: "prom", password: "a" })).toBe(true);
  });
});

describe("an Authorization header", () => {
  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  test.each([
    [`Basic ${encoded("a:b")}`, { user: "a", password: "b" }],
    [`basic  ${encoded("a:b:c")}`, { user: "a", password: "b:c" }],
    [`BASIC ${encoded("é:ü")}`, { user: "é", password: "ü" }],
    [`Basic ${encoded(":")}`, { user: "", password: "" }],
    [`Basic ${encoded("ab")}`, undefined],
    ["Basic ", undefined],
    ["Basic !!!", undefined],
    ["Bearer YTpi", undefined],
    [undefined, undefined],
  ])("%j", (header, expected) => {
    expect(basicCredentials(header)).toEqual(expected);
  });
});
