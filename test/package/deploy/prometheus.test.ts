import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createMap, updateElement } from "../../helpers/bpf.ts";
import { makeAuthority, makeCertificate } from "../../helpers/certificates.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { Scratch } from "../../helpers/scratch.ts";
import { ServeProcess } from "../../helpers/serve-process.ts";

const RULES = repositoryPath("bin", "deploy", "prometheus", "ebpf-map.rules.yaml");
const RULES_TEST = repositoryPath("test", "package", "deploy", "ebpf-map.rules.test.yaml");
const DASHBOARD = repositoryPath("bin", "deploy", "grafana", "dashboard.json");
const SERVERS = 3;
/** One of them asks for TLS, a client's certificate and a password. */
const GUARDED = 1;
/** Two scrapes a second apart are the least that rates are made of. */
const PATIENCE = { timeout: 90_000, interval: 500 };

/** A sample of Prometheus' API. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

const { panels } = JSON.parse(readFileSync(DASHBOARD, "utf8")) as { readonly panels: readonly Panel[] };
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));

liveSuite("Prometheus", ["kernel", "build", "prometheus", "promtool", "openssl"], () => {
  const scratch = new Scratch();
  const servers: ServeProcess[] = [];
  const children: ChildProcess[] = [];
  let url = "";

  beforeAll(async () => {
    makeMaps(scratch);
    const flags = ["--web.config.file", webConfig(scratch)];
    for (let i = 0; i < SERVERS; i++) servers.push(await ServeProcess.start(...(i < GUARDED ? flags : [])));
    url = await startPrometheus(
      scratch,
      children,
      servers.map(({ address }) => address),
    );
    await vi.waitUntil(async () => (await values("count(up == 1)"))[0] === SERVERS, PATIENCE);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([...children.map(ended), ...servers.map((server) => server.stop())]);
    scratch[Symbol.dispose]();
  });

  async function samples(query: string): Promise<readonly Sample[]> {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { status, data, error } = (await answer.json()) as {
      readonly status: string;
      readonly error?: string;
      readonly data: { readonly result: readonly Sample[] };
    };
    if (status !== "success") throw new Error(`${query}: ${error}`);
    return data.result;
  }

  async function values(query: string): Promise<number[]> {
    return (await samples(query)).map(({ value }) => Number(value[1]));
  }

  test("scrapes all servers, each of which has all maps", async () => {
    // On a busy machine a scrape's second may be over before all maps are reached.
    await expect.poll(() => values('ebpf_map_entries{name="prom_full"}'), PATIENCE).toEqual([97, 97, 97]);
    await expect.poll(() => values('ebpf_map_ring_pending_bytes{name="prom_ring"}'), PATIENCE).toEqual([0, 0, 0]);
  });

  test("the guarded one is scraped over TLS, which others than Prometheus can't get through", async () => {
    await expect.poll(() => values('up{job="ebpf-map-guarded"}'), PATIENCE).toEqual([1]);
    await expect(fetch(`http://${servers[0]?.address}/metrics`)).rejects.toThrow("fetch failed");
  });

  test("the rule has values for maps that can fill up, and for those only", async () => {
    const fill = 'ebpf_map:fill:ratio{name=~"prom_.*"}';
    await expect.poll(() => values(`count(${fill})`), PATIENCE).toEqual([SERVERS]);
    await expect
      .poll(
        async () => (await samples(`${fill} > 0.9`)).map(({ metric, value }) => ({ ...metric, value: value[1] })),
        PATIENCE,
      )
      .toMatchObject(Array(SERVERS).fill({ name: "prom_full", type: "hash", when_full: "refuses", value: "0.97" }));
  });

  test("the alert of a full map is pending", async () => {
    const alerts = 'ALERTS{alertname="EbpfMapFull", name="prom_full"}';
    await expect
      .poll(async () => (await samples(alerts)).map(({ metric }) => metric), PATIENCE)
      .toMatchObject(Array(SERVERS).fill({ alertstate: "pending", severity: "critical" }));
  });

  describe("the dashboard's queries have values", () => {
    test.each(queries)("$title: $expr", { timeout: 120_000 }, async ({ expr }) => {
      const query = expr.replace(/\$(?:job|instance|map)\b/g, ".*");
      expect(query).not.toContain("$");
      // What grows is only seen while it does.
      const grow = growing(scratch);
      await expect
        .poll(async () => {
          grow();
          return (await samples(query)).length;
        }, PATIENCE)
        .toBeGreaterThan(0);
    });
  });
});

liveSuite("promtool", ["promtool"], () => {
  test("finds no fault in the rules, and they say what they shall", () => {
    using scratch = new Scratch();
    cpSync(RULES, join(scratch.folder, "ebpf-map.rules.yaml"));
    cpSync(RULES_TEST, join(scratch.folder, "test.yaml"));
    const check = spawnSync("promtool", ["check", "rules", "ebpf-map.rules.yaml"], { cwd: scratch.folder });
    expect(check.status, check.stderr.toString()).toBe(0);
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", "test.yaml"], {
      cwd: scratch.folder,
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
  });
});

function makeMaps(scratch: Scratch): void {
  const hash = { keySize: 4, valueSize: 8, maxEntries: 100 };
  const full = scratch.own(createMap({ ...hash, type: "hash", name: "prom_full" }));
  for (let i = 0; i < 97; i++) updateElement(full, Uint8Array.of(i, 0, 0, 0), new Uint8Array(8));
  scratch.own(createMap({ ...hash, type: "array", name: "prom_array" }));
  scratch.own(createMap({ type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 4096, name: "prom_ring" }));
}

/** Writes a web configuration with all that clients can be asked for, and what a client needs. */
function webConfig({ folder }: Scratch): string {
  makeAuthority(folder);
  makeCertificate(folder, "server", ["DNS:localhost", "IP:127.0.0.1"]);
  makeCertificate(folder, "prometheus", ["DNS:prometheus"]);
  const config = {
    tls_server_config: {
      cert_file: "server.crt",
      key_file: "server.key",
      client_auth_type: "RequireAndVerifyClientCert",
      client_ca_file: "ca.crt",
      client_allowed_sans: ["prometheus"],
    },
    basic_auth_users: { prom: hashSync("s3cret", 10) },
  };
  writeFileSync(join(folder, "web.yaml"), JSON.stringify(config));
  return join(folder, "web.yaml");
}

/** How Prometheus is to ask a guarded server. */
function clientConfig({ folder }: Scratch): object {
  const [ca_file, cert_file, key_file] = ["ca.crt", "prometheus.crt", "prometheus.key"].map((name) =>
    join(folder, name),
  );
  return {
    scheme: "https",
    tls_config: { ca_file, cert_file, key_file },
    basic_auth: { username: "prom", password: "s3cret" },
  };
}

/** Returns a function that adds an entry to a map. */
function growing(scratch: Scratch): () => void {
  const map = scratch.own(
    createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 1000, name: "prom_growing" }),
  );
  let entries = 0;
  return () => updateElement(map, Uint8Array.of(entries++ & 0xff, entries >> 8, 0, 0), new Uint8Array(8));
}

/** Starts Prometheus, which scrapes these addresses each second, and returns its URL. */
async function startPrometheus(
  scratch: Scratch,
  children: ChildProcess[],
  targets: readonly string[],
): Promise<string> {
  const port = await freePort();
  const config = {
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
    rule_files: [RULES],
    scrape_configs: [
      {
        job_name: "ebpf-map-guarded",
        static_configs: [{ targets: targets.slice(0, GUARDED) }],
        ...clientConfig(scratch),
      },
      { job_name: "ebpf-map", static_configs: [{ targets: targets.slice(GUARDED) }] },
    ],
  };
  // JSON is YAML, too.
  writeFileSync(join(scratch.folder, "prometheus.yml"), JSON.stringify(config));
  mkdirSync(join(scratch.folder, "data"));
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(scratch.folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(scratch.folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ["ignore", "ignore", "ignore"] },
  );
  children.push(child);
  const url = `http://127.0.0.1:${port}`;
  const isReady = async (): Promise<boolean> =>
    await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await vi.waitUntil(isReady, PATIENCE);
  return url;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await end;
}
