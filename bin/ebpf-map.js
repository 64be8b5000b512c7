#!/usr/bin/env node
const { main } = require("./load.js").load();

// Of a program that ends without having said how.
process.exitCode = 255;
main().then((status) => {
  process.exitCode = status;
});
