// Writes the code that V8 makes of the command's core, for bin/load.js. All functions are compiled, not only those that
// run at once, as V8 would have it by itself; the flag is taken back, since code made with other flags is turned down.
const { writeFileSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const { CODE, coreScript } = require("./bin/load.js");

setFlagsFromString("--no-lazy");
const script = coreScript();
setFlagsFromString("--lazy");
writeFileSync(CODE, script.createCachedData());
