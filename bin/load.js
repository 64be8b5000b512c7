const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

const FOLDER = join(__dirname, "..", "dist", "cli");
/** Code is for one version of Node on one kind of processor; no other is offered it. */
const SUFFIX = `${process.version}.${process.arch}.code`;
/** The modules of the chunks that have been loaded, by name. */
const loaded = new Map();

/**
 * Loads a chunk of the program, the core unless another chunk asks for one. It is run from the code that V8 made of it when the
 * package was built, if that was by this version of Node: compiling takes a sixth of the time that a small map takes.
 * Otherwise, and where the code is damaged or of another source, it is compiled. Node's own loader of modules is not used:
 * it looks into a dozen folders for each.
 */
function load(name = "core") {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const source = readFileSync(sourceFile(name));
  const cachedData = unpackCode(source, read(codeFile(name)));
  const run = chunkScript(name, source, cachedData && { cachedData }).runInThisContext();
  run(module.exports, requireFrom, module, sourceFile(name), FOLDER);
  return module.exports;
}

/** `require` for chunks: other chunks by `./name.cjs`, all else as from here. */
function requireFrom(id) {
  return id.startsWith("./") ? load(id.slice("./".length, -".cjs".length)) : require(id);
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

/**
 * A chunk as a script. It has a name without a folder: V8 keeps the name in the code, which is to be the same wherever it
 * is built. So it must not use `import()`, which would look for modules from a path of that name. The bundler leaves ASCII
 * alone in chunks, which takes a fifth of the time that UTF-8 takes to read.
 */
function chunkScript(name, source, options) {
  return new Script(Module.wrap(source.latin1Slice()), { filename: `${name}.cjs`, ...options });
}

function sourceFile(name) {
  return join(FOLDER, `${name}.cjs`);
}

function codeFile(name) {
  return join(FOLDER, `${name}.${SUFFIX}`);
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

module.exports = { load, chunkScript, packCode, unpackCode, sourceFile, codeFile, FOLDER };
