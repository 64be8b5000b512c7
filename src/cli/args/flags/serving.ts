import type { FlagTable } from "../flag.ts";
import { hostNames, listenAddress } from "../values/address.ts";
import { choice } from "../values/choice.ts";
import { duration } from "../values/duration.ts";
import { path } from "../values/text.ts";

/** Flags of `serve`. */
export const SERVE_FLAGS = {
  listen: {
    name: "listen",
    value: listenAddress(),
    topic: "Serving",
    uses: ["serve"],
    help: "the address and port to listen on; :PORT stands for all addresses of this machine",
    default: "127.0.0.1:9427, which other machines can't reach",
    example: ["ebpf-map serve --listen :9427", "for a Prometheus on another machine"],
  },
  allowHost: {
    name: "allow-host",
    value: hostNames(),
    topic: "Serving",
    uses: ["serve"],
    help: "host names that requests may use, besides addresses and localhost; others are refused, against DNS rebinding",
    default: "this machine's name",
    example: [
      "ebpf-map serve --listen :9427 --allow-host node-1.example,*.monitoring.svc",
      "for clients that use these names",
    ],
  },
  webConfigFile: {
    name: "web.config.file",
    value: path(),
    topic: "Serving",
    uses: ["serve"],
    help: "the web configuration file (YAML), as Prometheus' exporters take it: TLS and passwords for clients",
    excludes: ["once"],
    example: ["ebpf-map serve --web.config.file web.yaml", "over TLS, to those who have a password"],
  },
  noPage: {
    name: "no-page",
    topic: "Serving",
    uses: ["serve"],
    help: "serve only metrics, without the page",
    example: ["ebpf-map serve --no-page", "where nobody should see entries"],
  },
  serveConfig: {
    name: "config",
    value: path(),
    topic: "Serving",
    uses: ["serve"],
    help: "the metrics to take from the entries of maps (YAML); it is reloaded when it changes, and on SIGHUP",
    example: ["ebpf-map serve --config serve.yaml --once", "the metrics of a configuration, on stdout"],
  },
  serveCheck: {
    name: "check",
    topic: "Serving",
    uses: ["serve"],
    help: "check the configurations, also against the maps of this machine, and exit",
    excludes: ["once", "listen", "allow-host", "max-age", "no-page"],
    example: ["ebpf-map serve --config serve.yaml --check", "in CI: status 0 if there is no mistake"],
  },
  once: {
    name: "once",
    topic: "Serving",
    uses: ["serve"],
    help: "print the metrics to stdout instead of serving them",
    excludes: ["listen", "allow-host", "max-age", "no-page"],
    example: ["ebpf-map serve --once", "for a look, or for the text files of Prometheus' node exporter"],
  },
  maxAge: {
    name: "max-age",
    value: duration({ from: "0s", to: "1h" }),
    topic: "Serving",
    uses: ["serve"],
    help: "answer from a read that is at most this old; scrapes at the same time share a read anyway",
    default: "0s",
    example: ["ebpf-map serve --max-age 10s", "for two Prometheus servers that scrape every 15 seconds"],
  },
  timeout: {
    name: "timeout",
    value: duration({ from: "10ms", to: "10m" }),
    topic: "Serving",
    uses: ["serve"],
    help: "the longest time to spend on reading maps in a scrape; Prometheus' own timeout applies if it is shorter",
    default: "10s",
    example: ["ebpf-map serve --once --timeout 2s", "no map is read for longer"],
  },
  logFormat: {
    name: "log-format",
    value: choice("FORMAT", ["logfmt", "json"]),
    topic: "Serving",
    uses: ["serve"],
    help: "the format of the log, which goes to stderr",
    default: "logfmt",
    example: ["ebpf-map serve --log-format json", "for a log that a program reads"],
  },
} as const satisfies FlagTable;
