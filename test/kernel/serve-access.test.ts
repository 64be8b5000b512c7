import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { hashSync } from "bcryptjs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMap } from "../helpers/bpf.ts";
import { run } from "../helpers/bpftools.ts";
import { makeAuthority, makeCertificate } from "../helpers/certificates.ts";
import { readDocument } from "../helpers/documents.ts";
import { fencesOf } from "../helpers/markdown.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { ServeProcess } from "../helpers/serve-process.ts";
import { stageProgram } from "../helpers/staged-program.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const NAMES = ["DNS:localhost", "IP:127.0.0.1"];
const TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
const USERS = `basic_auth_users:\n  prom: ${hashSync("s3cret", 10)}\n`;
const PASSWORD = ["-u", "prom:s3cret"];

liveSuite("serve --web.config.file", ["kernel", "build", "openssl", "curl"], () => {
  const scratch = useScratch();
  let server: ServeProcess | undefined;

  beforeEach(() => {
    makeAuthority(scratch.folder);
    makeCertificate(scratch.folder, "server", NAMES);
  });
  afterEach(async () => {
    await server?.stop("SIGKILL");
    server = undefined;
  });

  const file = (name: string): string => join(scratch.folder, name);

  function configure(text: string): string {
    writeFileSync(file("web.yaml"), text);
    return file("web.yaml");
  }

  async function start(text: string, ...flags: string[]): Promise<ServeProcess> {
    server = await ServeProcess.start("--web.config.file", configure(text), ...flags);
    return server;
  }

  /** Asks over TLS with curl: the status, what came, and what curl says of a failure. */
  async function curl(path: string, ...flags: string[]): Promise<{ status: string; text: string; error: string }> {
    const url = `https://${server?.address}${path}`;
    const common = ["-sS", "--max-time", "20", "--cacert", file("ca.crt"), "-w", "\n%{http_code}"];
    const { stdout, stderr } = await run("curl", [...common, ...flags, url]);
    const [, text = "", status = ""] = /^([\s\S]*)\n(\d+)$/.exec(stdout.toString()) ?? [];
    return { status, text, error: stderr };
  }

  async function statusOf(path: string, ...flags: string[]): Promise<string> {
    return (await curl(path, ...flags)).status;
  }

  async function logged(text: string): Promise<void> {
    await expect.poll(() => server?.lines.some((line) => line.includes(text)), { timeout: 20_000 }).toBe(true);
  }

  test("TLS and a password stand before every path, and let the metrics through", async () => {
    const map = createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 16, name: "access_map" });
    scratch.own(map);
    const { lines } = await start(TLS + USERS);
    expect(lines[0]).toContain("tls=true passwords=true");
    for (const path of ["/", "/metrics", "/healthz", "/readyz", "/api/maps", "/api/live/maps", "/nope"]) {
      expect([path, await statusOf(path)]).toEqual([path, "401"]);
      expect([path, await statusOf(path, "-u", "prom:wrong")]).toEqual([path, "401"]);
    }
    expect(await statusOf("/healthz", "-u", "nobody:s3cret")).toBe("401");
    expect((await curl("/metrics", "-i")).text).toContain('www-authenticate: Basic realm="ebpf-map"');
    for (const path of ["/", "/healthz", "/readyz"])
      expect([path, await statusOf(path, ...PASSWORD)]).toEqual([path, "200"]);
    expect((await curl("/metrics", ...PASSWORD)).text).toContain('name="access_map"} 0\n');
    // Whoever doesn't speak TLS is told nothing.
    await expect(fetch(`http://${server?.address}/healthz`)).rejects.toThrow("fetch failed");
    expect((await curl("/healthz", "--cacert", "/dev/null")).status).toBe("000");
  });

  test("the page's events come over TLS to those who have the password", async () => {
    await start(TLS + USERS);
    const flags = ["-sSN", "--max-time", "20", "--cacert", file("ca.crt"), ...PASSWORD];
    const child = spawn("curl", [...flags, `https://${server?.address}/api/live/maps`], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    scratch.own({ [Symbol.dispose]: () => void child.kill() });
    const [first] = (await once(child.stdout, "data")) as [Buffer];
    expect(first.toString()).toMatch(/^event: \w+\ndata: \{/);
  });

  test("a password without TLS, headers, and how often one may ask", async () => {
    const headers = "http_server_config: { headers: { X-XSS-Protection: '0', X-Frame-Options: sameorigin } }\n";
    await start(`${USERS}${headers}rate_limit: { interval: 1h, burst: 2 }\n`);
    const authorization = `Basic ${Buffer.from("prom:s3cret").toString("base64")}`;
    const ask = (): Promise<Response> => fetch(`http://${server?.address}/healthz`, { headers: { authorization } });
    const first = await ask();
    expect(first.status).toBe(200);
    expect(first.headers.get("x-xss-protection")).toBe("0");
    expect(first.headers.get("x-frame-options")).toBe("sameorigin");
    expect(first.headers.get("x-content-type-options")).toBe("nosniff");
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
  });

  test("clients need a certificate of the CA with a name that is allowed", async () => {
    makeCertificate(scratch.folder, "client", ["DNS:prometheus-1"]);
    makeCertificate(scratch.folder, "guest", ["DNS:guest-1"]);
    makeAuthority(scratch.folder, "other");
    makeCertificate(scratch.folder, "stranger", ["DNS:prometheus-1"], "other");
    const policy = "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n";
    await start(`${TLS}${policy}  client_allowed_sans: [prometheus-1]\n`);
    const as = (name: string): string[] => ["--cert", file(`${name}.crt`), "--key", file(`${name}.key`)];
    expect(await statusOf("/healthz", ...as("client"))).toBe("200");
    for (const flags of [[], as("guest"), as("stranger")]) {
      for (const version of ["--tlsv1.3", "--tls-max=1.2"]) {
        const [flag = "", most] = version.split("=");
        expect(await statusOf("/healthz", ...flags, flag, ...(most === undefined ? [] : [most]))).toBe("000");
      }
    }
    expect(await statusOf("/healthz", ...as("client"), "--tls-max", "1.2")).toBe("200");
  });

  test("versions and ciphers are those that are named", async () => {
    await start(`${TLS}  min_version: TLS13\n`);
    expect(await statusOf("/healthz")).toBe("200");
    expect((await curl("/healthz", "--tls-max", "1.2")).error).toMatch(/alert|version/i);
    await server?.stop();
    const curves = "  curve_preferences: [CurveP384]\n";
    await start(
      `${TLS}  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]\n${curves}`,
    );
    expect((await curl("/healthz", "-v")).error).toContain("TLSv1.2 / ECDHE-ECDSA-CHACHA20-POLY1305");
    expect(await statusOf("/healthz", "--curves", "P-256")).toBe("000");
    expect(await statusOf("/healthz", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256")).toBe("000");
    expect(await statusOf("/healthz", "--tlsv1.3")).toBe("000");
  });

  test("the next handshake has a new certificate, and what is broken keeps the one before", async () => {
    await start(TLS);
    const subject = async (): Promise<string> => {
      const { error } = await curl("/healthz", "-v");
      return /subject: (.*)/.exec(error)?.[1] ?? error;
    };
    expect(await subject()).toBe("CN=server");
    makeCertificate(scratch.folder, "next", NAMES);
    renameSync(file("next.crt"), file("server.crt"));
    // The key isn't there yet.
    expect(await subject()).toBe("CN=server");
    await logged("this key isn't that of the certificate");
    renameSync(file("next.key"), file("server.key"));
    expect(await subject()).toBe("CN=next");
    await logged("web configuration is good again");
    configure(TLS + USERS);
    expect(await statusOf("/healthz")).toBe("401");
    configure(`${TLS}basic_auth_user: {}\n`);
    expect(await statusOf("/healthz")).toBe("401");
    await logged("did you mean `basic_auth_users`?");
  });

  test("clients that stop in the handshake don't keep others out, and lose their connection", async () => {
    await start(TLS);
    const port = Number(server?.address.split(":")[1]);
    const held = Array.from({ length: 300 }, () => connectTcp(port, "127.0.0.1"));
    scratch.own({ [Symbol.dispose]: () => void held.map((socket) => socket.destroy()) });
    // The server may reset them: `once` would fail with that.
    const ends = held.map(
      (socket) => new Promise((resolve) => socket.on("error", () => undefined).on("close", resolve)),
    );
    for (const socket of held) socket.write(Buffer.from("160301", "hex"));
    expect(await statusOf("/healthz")).toBe("200");
    await Promise.all(ends);
    expect(await statusOf("/healthz")).toBe("200");
    expect(await server?.stop()).toEqual([0, null]);
  }, 30_000);

  test("a connection that is kept is closed at the end", async () => {
    await start(TLS);
    const port = Number(server?.address.split(":")[1]);
    const ca = readFileSync(file("ca.crt"));
    const socket = connect({ port, host: "127.0.0.1", ca });
    await once(socket, "secureConnect");
    socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(socket, "data");
    const closed = once(socket.resume(), "close");
    expect(await server?.stop()).toEqual([0, null]);
    await closed;
  });
});

liveSuite("serve --web.config.file --check", ["kernel", "openssl", "setpriv"], () => {
  const scratch = useScratch();

  test("says of a key that it may not be read, and of a good file that it is", async () => {
    const program = await stageProgram(scratch);
    makeAuthority(scratch.folder);
    makeCertificate(scratch.folder, "server", NAMES);
    const config = join(scratch.folder, "web.yaml");
    writeFileSync(config, TLS);
    const words = [process.execPath, program, "serve", "--web.config.file", config, "--check"];
    const check = async (): Promise<string> => {
      const { stdout, stderr } = await run("setpriv", ["--reuid=65534", "--clear-groups", ...words]);
      return `${stdout}${stderr}`.replaceAll(`${scratch.folder}/`, "");
    };
    chmodSync(join(scratch.folder, "server.key"), 0o600);
    expect(await check()).toBe(
      "Error: web.yaml:3:13: read the key server.key: permission denied (the user that serves must be able to read it)\n",
    );
    chmodSync(join(scratch.folder, "server.key"), 0o644);
    expect(await check()).toBe("web.yaml: no mistakes\n");
    const { text } = readDocument("src/manual/serve.md");
    const example = fencesOf(text).find(({ word }) => word === "web.yaml");
    writeFileSync(config, example?.lines.join("\n") ?? "");
    expect(await check()).toBe("web.yaml: no mistakes\n");
  });
});
