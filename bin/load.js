const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

const FOLDER = join(__dirname, "..", "dist", "cli");
const CORE = join(FOLDER, "core.cjs");
/** Code is for one version of Node on one kind of processor; no other is offered it. */
const CODE = join(FOLDER, `core.${process.version}.${process.arch}.code`);

/**
 * Loads the program. Its core, what all commands need, is run from the code that V8 made of it when the package was built,
 * if that was by this version of Node: compiling it takes a sixth of the time that a small map takes. Otherwise, and where
 * the code is damaged or of another source, Node compiles the core as it does any module.
 */
function load() {
  const source = readCore();
  const cachedData = unpackCode(source, read(CODE));
  if (cachedData !== undefined) run(coreScript(source, { cachedData }));
  return require(join(FOLDER, "main.cjs"));
}

/**
 * The contents of a code file: the code twice, and the source that it was made of. V8 runs whatever it is given as code
 * (a block of zeros in it ends in SIGSEGV) and of the source it compares the length alone, so both are checked here. They
 * are compared rather than hashed because that is 0.5 ms of work; loading node:crypto for a digest takes 4 ms, node:zlib
 * for a checksum 2 ms.
 */
function packCode(source, code) {
  return Buffer.concat([code, code, source]);
}

/** The code in a code file; undefined unless it is whole and was made of this source. */
function unpackCode(source, file) {
  if (source === undefined || file === undefined) return undefined;
  const size = Math.floor((file.length - source.length) / 2);
  if (size <= 0) return undefined;
  const [code, copy, madeOf] = [file.subarray(0, size), file.subarray(size, 2 * size), file.subarray(2 * size)];
  return code.equals(copy) && madeOf.equals(source) ? code : undefined;
}

function readCore() {
  return read(CORE);
}

/**
 * The core as a script. It has a name without a folder: V8 keeps the name in the code, which is to be the same wherever it
 * is built. So it must not use `import()`, which would look for modules from a path of that name.
 */
function coreScript(source, options) {
  return new Script(Module.wrap(source.toString("utf8")), { filename: "core.cjs", ...options });
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

module.exports = { load, readCore, coreScript, packCode, unpackCode, CODE };
