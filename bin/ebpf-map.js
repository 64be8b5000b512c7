#!/usr/bin/env node
const { main } = require("./load.js").load();

// The exit status if the program ends without setting one.
process.exitCode = 255;
// All is written by now. To leave at once spares the work of taking the heap apart.
main().then((status) => process.exit(status));
