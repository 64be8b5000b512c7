import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { beforeEach, expect, test } from "vitest";
import { WebAccess } from "../../../../src/server/access/web-access.ts";
import { makeAuthority, makeCertificate } from "../../../helpers/certificates.ts";
import { liveSuite } from "../../../helpers/requirements.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const TLS = "tls_server_config: { cert_file: server.crt, key_file: server.key }\n";

liveSuite("a web configuration and its files", ["openssl"], () => {
  const scratch = useScratch();
  let logged: string[] = [];

  beforeEach(() => {
    logged = [];
    makeAuthority(scratch.folder);
    makeCertificate(scratch.folder, "server", ["DNS:localhost"]);
  });

  const write = (name: string, text: string): void => writeFileSync(join(scratch.folder, name), text);

  function access(text: string): WebAccess {
    write("web.yaml", text);
    const log = (level: string, message: string, fields: object = {}): void => {
      logged.push(`${level} ${message} ${Object.values(fields).join(" ").replaceAll(`${scratch.folder}/`, "")}`);
    };
    return new WebAccess(join(scratch.folder, "web.yaml"), log, () => 0);
  }

  function mistakeOf(text: string): string {
    try {
      access(text);
    } catch (error) {
      return String(error).replaceAll(`${scratch.folder}/`, "");
    }
    return "none";
  }

  const basic = (text: string): { authorization: string } => ({
    authorization: `Basic ${Buffer.from(text).toString("base64")}`,
  });

  test("files that can't be used are named with the reason", () => {
    const at = "EbpfMapError: web.yaml:1";
    const tls = (certificate: string, key: string, rest = ""): string =>
      mistakeOf(`tls_server_config: { cert_file: ${certificate}, key_file: ${key}${rest} }`);
    const files = tls("nope.crt", "server.key");
    expect(files).toBe(`${at}:33: read the certificate nope.crt: no such file or directory`);
    expect(tls("server.crt", ".")).toMatch(/1:55: read the key .*: it is a directory, not a regular file$/);
    expect(tls("server.key", "server.key")).toBe(
      `${at}:33: server.key: there is no certificate in it (PEM: -----BEGIN CERTIFICATE-----)`,
    );
    expect(tls("server.crt", "server.crt")).toBe(
      `${at}:55: server.crt: there is no private key in it (PEM: -----BEGIN PRIVATE KEY-----)`,
    );
    expect(tls("server.crt", "ca.key")).toBe(`${at}:55: ca.key: this key isn't that of the certificate`);
    const ca = ", client_auth_type: RequireAndVerifyClientCert, client_ca_file: server.key";
    expect(tls("server.crt", "server.key", ca)).toContain("there is no certificate in it");
    write("locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n-----END ENCRYPTED PRIVATE KEY-----\n");
    expect(tls("server.crt", "locked.key")).toContain("1:55: locked.key: the key has a passphrase");
    expect(mistakeOf("tls_server_config: { cert: x, key: y }")).toBe(
      `${at}:28: there is no certificate in it (PEM: -----BEGIN CERTIFICATE-----)`,
    );
  });

  test("a change is taken over: of users, and of a certificate under the same name", async () => {
    const users = (password: string): string => `${TLS}basic_auth_users: { prom: ${hashSync(password, 4)} }\n`;
    const one = access(users("old"));
    const before = one.tls;
    one.refresh();
    expect(one.tls).toBe(before);
    expect((await one.refusal({}))?.status).toBe(401);
    expect(await one.refusal(basic("prom:old"))).toBeUndefined();
    // Longer than before: the time of a change is told to some milliseconds only.
    write("web.yaml", `${users("new")}# new\n`);
    one.refresh();
    expect((await one.refusal(basic("prom:old")))?.status).toBe(401);
    expect(await one.refusal(basic("prom:new"))).toBeUndefined();
    makeCertificate(scratch.folder, "next", ["DNS:localhost"]);
    for (const kind of ["key", "crt"])
      renameSync(join(scratch.folder, `next.${kind}`), join(scratch.folder, `server.${kind}`));
    const context = one.tls?.context;
    one.refresh();
    expect(one.tls?.context.cert).not.toBe(context?.cert);
    expect(logged).toEqual(Array(2).fill("info web configuration reloaded web.yaml"));
  });

  test("a broken one leaves what was, is said once, and is followed until it is good again", () => {
    const one = access(TLS);
    const before = one.tls;
    write("web.yaml", TLS.replace("server.key", "later.key"));
    for (let i = 0; i < 3; i++) one.refresh();
    expect(one.tls).toBe(before);
    const broken = "warn web configuration is broken, the one before stays web.yaml web.yaml:1:55";
    expect(logged).toEqual([`${broken}: read the key later.key: no such file or directory`]);
    renameSync(join(scratch.folder, "server.key"), join(scratch.folder, "later.key"));
    one.refresh();
    expect(one.tls).not.toBe(before);
    expect(logged.slice(1)).toEqual([
      "info web configuration is good again ",
      "info web configuration reloaded web.yaml",
    ]);
  });

  test("TLS can't be switched off, nor asking for certificates, while it serves", () => {
    const one = access(TLS);
    const before = one.tls;
    for (const text of ["", TLS.replace(" }", ", client_auth_type: RequestClientCert }")]) {
      write("web.yaml", text);
      one.refresh();
      expect(one.tls).toBe(before);
    }
    expect(logged).toEqual([expect.stringContaining("go on and off with a restart")]);
  });

  test("so many requests in a time", async () => {
    const one = access("rate_limit: { interval: 1s, burst: 2 }\n");
    const statuses: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await one.refusal({}))?.status);
    expect(statuses).toEqual([undefined, undefined, 429]);
  });
});
