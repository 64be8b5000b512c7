import { defineConfig } from "vitest/config";

export default defineConfig({
  // What generated files import is tested from its source.
  resolve: { alias: { "ebpf-map/runtime": new URL("../src/codegen/runtime.ts", import.meta.url).pathname } },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/helpers/left-as-found.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
  },
});
