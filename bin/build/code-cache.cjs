// Writes the code that V8 makes of the command's chunks, for bin/load.js: `npm run build` runs it after the bundler, as
// `node --hash-seed=1`. All functions are compiled, not only those that run at once, as V8 would do by itself.
//
// The same source and the same Node make the same file, so that anyone can rebuild what the package brings: the seed of
// V8's hashes is fixed, and the code carries no path of this machine. Both flags are set back before V8 writes the
// code, since it turns down code that was made with other flags than its own.
const { readdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const { FOLDER, chunkScript, codeFile, packCode, sourceFile } = require("../load.js");

const names = readdirSync(FOLDER).flatMap((file) => /^(.*)\.cjs$/.exec(file)?.[1] ?? []);
setFlagsFromString("--no-lazy");
const scripts = names.map((name) => {
  const source = readFileSync(sourceFile(name));
  return { name, source, script: chunkScript(name, source) };
});
setFlagsFromString("--lazy");
setFlagsFromString("--hash-seed=0");
for (const { name, source, script } of scripts) {
  const file = `${codeFile(name)}.new`;
  writeFileSync(file, packCode(source, script.createCachedData()));
  renameSync(file, codeFile(name));
}
