#!/usr/bin/env node
const { main } = require("./load.js").load();

// The exit status if the program ends without setting one.
process.exitCode = 255;
main().then((status) => {
  process.exitCode = status;
});
