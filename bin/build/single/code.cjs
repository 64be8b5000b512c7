// node --hash-seed=1 code.cjs CHUNKS CODE: writes the code that V8 makes of each chunk in a folder into another. Run by
// the Node that is to run the code: an executable for another processor has it made by that processor's Node. The
// comment in code-cache.cjs says what the flags are for.
const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

const [chunks, code] = process.argv.slice(2);
setFlagsFromString("--no-lazy");
const names = readdirSync(chunks).filter((name) => name.endsWith(".cjs"));
const scripts = names.map((name) => {
  return [name, new Script(readFileSync(join(chunks, name), "latin1"), { filename: name })];
});
setFlagsFromString("--lazy");
setFlagsFromString("--hash-seed=0");
for (const [name, script] of scripts) writeFileSync(join(code, name), script.createCachedData());
