#!/usr/bin/env node
const { main } = require("../dist/cli/main.cjs");

// Of a program that ends without having said how.
process.exitCode = 255;
main().then((status) => {
  process.exitCode = status;
});
