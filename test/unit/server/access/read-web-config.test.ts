import { hashSync } from "bcryptjs";
import { describe, expect, test } from "vitest";
import { parseWebConfig } from "../../../../src/server/access/read-web-config.ts";

const HASH = hashSync("s3cret", 4);

function mistakeOf(text: string): string {
  try {
    parseWebConfig(text, "web.yaml");
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "none";
}

test("all that a file can say", () => {
  const config = parseWebConfig(
    `
tls_server_config:
  cert_file: server.crt
  key_file: /etc/server.key
  client_ca: |
    PEM
  client_auth_type: RequireClientCert
  client_allowed_sans: [node-1, 10.0.0.1]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers: { Strict-Transport-Security: max-age=60, X-Frame-Options: "" }
basic_auth_users:
  prom: ${HASH}
rate_limit: { interval: 1m0.5s, burst: 3 }
`,
    "/etc/serve/web.yaml",
  );
  expect(config).toEqual({
    tls: {
      cert: { kind: "file", path: "/etc/serve/server.crt", place: "/etc/serve/web.yaml:3:14" },
      key: { kind: "file", path: "/etc/server.key", place: "/etc/serve/web.yaml:4:13" },
      clientCa: { kind: "text", text: "PEM\n", place: "/etc/serve/web.yaml:5:14" },
      clientAuth: "RequireAnyClientCert",
      clientNames: ["node-1", "10.0.0.1"],
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.3",
      ciphers: ["ECDHE-RSA-AES128-GCM-SHA256"],
      curves: ["X25519", "P-256"],
      prefersOwnCiphers: false,
    },
    headers: { "strict-transport-security": "max-age=60" },
    users: new Map([["prom", HASH]]),
    rateLimit: { milliseconds: 60_500, burst: 3 },
  });
});

test.each(["", "# nothing\n", "tls_server_config: {}\n", "rate_limit: { interval: 0 }\n"])(
  "%j asks for nothing",
  (text) => {
    expect(parseWebConfig(text, "web.yaml")).toEqual({
      tls: undefined,
      headers: {},
      users: new Map(),
      rateLimit: undefined,
    });
  },
);

describe("mistakes", () => {
  const tls = (rest: string): string => `tls_server_config: { cert_file: c, key_file: k, ${rest} }`;
  test.each([
    ["tls_server_conf: {}", "1:1: nothing is called `tls_server_conf` here; did you mean `tls_server_config`?"],
    ["tls_server_config: { cert_fil: c }", "1:22: nothing is called `cert_fil` here; did you mean `cert_file`?"],
    ["tls_server_config: { key_file: c }", "1:20: TLS needs `cert_file` (or `cert`)"],
    ["tls_server_config: { min_version: TLS13 }", "1:20: TLS needs `cert_file` (or `cert`)"],
    ["tls_server_config: { cert_file: c }", "1:20: TLS needs `key_file` (or `key`)"],
    [tls("cert: c"), "1:49: `cert` and `cert_file` can't both be given"],
    [tls("min_version: TLS11"), "1:62: min_version: TLS 1.0 and 1.1 are not supported (TLS12 or TLS13)"],
    [tls("min_version: TLS14"), "1:62: min_version is TLS10, TLS11, TLS12, TLS13; did you mean TLS10?"],
    [tls("min_version: TLS13, max_version: TLS12"), "1:69: max_version is less than min_version"],
    [
      tls("client_ca_file: ca"),
      "1:49: client_ca_file has no use without client_auth_type (such as RequireAndVerifyClientCert)",
    ],
    [
      tls("client_auth_type: RequireAndVerify"),
      "1:67: client_auth_type is NoClientCert, RequestClientCert, RequireAnyClientCert, RequireClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert",
    ],
    [
      tls("client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [a]"),
      "1:92: client_allowed_sans needs clients to have a certificate (client_auth_type: RequireAndVerifyClientCert or RequireAnyClientCert)",
    ],
    [
      tls("cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA25]"),
      "1:65: cipher_suites is one of 13 words; did you mean TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256?",
    ],
    [tls("curve_preferences: [P256]"), "1:69: curve_preferences is CurveP256, CurveP384, CurveP521, X25519"],
    [
      "http_server_config: { http2: true }",
      "1:30: HTTP/2 is not supported: clients are served with HTTP/1.1 (leave http2 out)",
    ],
    [
      "http_server_config: { headers: { X-Frame-Option: deny } }",
      "1:34: nothing is called `X-Frame-Option` here; did you mean `X-Frame-Options`?",
    ],
    ["http_server_config: { headers: { X-Frame-Options: no } }", "1:51: X-Frame-Options is deny, sameorigin"],
    [
      'http_server_config: { headers: { X-XSS-Protection: "a\\r\\nb" } }',
      "1:52: X-XSS-Protection has a character that no header may have",
    ],
    ["basic_auth_users: [prom]", "1:19: basic_auth_users needs names with values (name: value)"],
    [
      "basic_auth_users: { prom: s3cret }",
      "1:27: a bcrypt hash of the password is needed here (htpasswd -nBC 10 NAME)",
    ],
    [
      `basic_auth_users: { prom: ${HASH.replace("$04$", "$19$")} }`,
      "1:27: bcrypt of cost 19 takes too long to check: 14 at most",
    ],
    [`basic_auth_users: { "a:b": ${HASH} }`, "1:21: a user's name can't have a colon: nobody could log in with it"],
    ["rate_limit: { interval: 1d, burst: 1 }", "1:25: interval is a time such as 100ms, 1s or 1m30s"],
    ["rate_limit: { interval: 1s }", "1:13: rate_limit needs `burst`, the requests that it lets through"],
    ["rate_limit: { interval: 1s, burst: 0 }", "1:36: burst needs a whole number from 1 to 1000000"],
  ])("%s", (text, message) => {
    expect(mistakeOf(text)).toBe(`web.yaml:${message}`);
  });

  test("what may be a password isn't quoted", () => {
    for (const text of ["basic_auth_users: { a: 'pass:word", "basic_auth_users: { a: [password] }", "password: 1"]) {
      expect(() => parseWebConfig(text, "web.yaml")).toThrow(/^(?!.*pass.?word)web\.yaml/);
    }
  });
});
