// Bundles the command. What an ordinary dump needs is one file, since a file more to load costs more than a longer one;
// what stands behind a dynamic import in these places is loaded when it is asked for.
const ON_DEMAND =
  /src\/(snapshot|query|stream|sys\/stream|output\/events|sdk|codegen|metrics|doctor|cli\/(yargs-program|config|events|commands\/(?!dump|lookup|getnext|list)))/;

export default {
  input: "src/cli/main.ts",
  platform: "node",
  transform: { target: "node20" },
  external: [/^node:/, "koffi", "yargs", "chalk", "cli-table3"],
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
