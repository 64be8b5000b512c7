// Bundles the command. What an ordinary dump needs is one file, since a file more to load costs more than a longer one;
// what stands behind a dynamic import in these places is loaded when it is asked for.
const ON_DEMAND = new RegExp(
  [
    "src/(snapshot|query|stream|sdk|codegen|metrics|doctor|nearest)",
    "src/cli/(yargs-program|config|dump-query|dump-recursive|json-key|lookup-query|open-query|query-spec|surroundings)",
    "src/cli/commands/(?!dump|lookup|getnext|list)",
    "src/codec/(accessor|addresses|bits|field|json-(code|helpers|row)|key-encoder|strict-json|value-)",
    "src/output/(cells|csv|hist|json-rows|map-sides|read-query|render|table|yaml)",
    "src/sys/(lookup-tables|syscalls)",
  ].join("|"),
);

export default {
  input: "src/cli/main.ts",
  platform: "node",
  transform: { target: "node20" },
  external: [/^node:/, "koffi", "yargs", "chalk", "cli-table3", "yaml", /^csv-stringify/, "@marcbachmann/cel-js"],
  output: {
    dir: "dist/cli",
    format: "esm",
    minify: "dce-only",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [{ name: "core", test: (id) => /\/(src|yargs-parser)\//.test(id) && !ON_DEMAND.test(id) }],
    },
  },
};
