// The main script of the single executable: runs the chunks of the bundle, which are assets of the executable, and each
// from the code that V8 made of it when the executable was built.
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");

const builtin = require;
const modules = new Map();

function load(name) {
  const loaded = modules.get(name);
  if (loaded !== undefined) return loaded.exports;
  const module = { exports: {} };
  modules.set(name, module);
  // Code of another V8 is not used but compiled anew, so a wrong one costs time and nothing else.
  const cachedData = new Uint8Array(getRawAsset(`code/${name}`));
  const source = Buffer.from(getRawAsset(`chunk/${name}`)).latin1Slice();
  const script = new Script(source, { filename: name, cachedData });
  const require = (id) => (id.startsWith("./") ? load(id.slice("./".length)) : builtin(id));
  script.runInThisContext().call(module.exports, module.exports, require, module, `/${name}`, "/");
  return module.exports;
}

// The exit status if the program ends without setting one.
process.exitCode = 255;
load("core.cjs")
  .main()
  // All is written by now. To leave at once spares the work of taking the heap apart.
  .then((status) => process.exit(status));
