const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { Script, constants } = require("node:vm");

const FOLDER = join(__dirname, "..", "dist", "cli");
const CORE = join(FOLDER, "core.cjs");
/** Code is for one version of Node on one kind of processor; no other is offered it. */
const CODE = join(FOLDER, `core.${process.version}.${process.arch}.code`);

/**
 * Loads the program. What all commands need, its core, comes with the code that V8 made of it when the package was built,
 * if that was by this version of Node: compiling it takes a sixth of the time that a small map takes. V8 turns down code
 * that was made with other flags, and compiles the core then.
 */
function load() {
  const cachedData = read(CODE);
  if (cachedData !== undefined) run(coreScript({ cachedData }));
  return require(join(FOLDER, "main.cjs"));
}

/** The core as a script, in which `import()` means what it means in any module. */
function coreScript(options) {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return new Script(Module.wrap(readFileSync(CORE, "utf8")), { filename: CORE, importModuleDynamically, ...options });
}

/** Runs it as Node runs a module that is required. Who requires it from now on gets the same. */
function run(script) {
  const module = new Module(CORE);
  module.filename = CORE;
  require.cache[CORE] = module;
  script.runInThisContext()(module.exports, Module.createRequire(CORE), module, CORE, FOLDER);
  module.loaded = true;
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

module.exports = { load, coreScript, CODE };
