#!/usr/bin/env node
const { main } = require("../dist/cli/main.cjs");

main().then((status) => {
  process.exitCode = status;
});
