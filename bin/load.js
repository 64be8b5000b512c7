const { closeSync, fstatSync, openSync, readFileSync, readSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const FOLDER = join(__dirname, "..", "dist", "cli");
/** Code is for one version of Node on one kind of processor; no other is offered it. */
const SUFFIX = `${process.version}.${process.arch}.code`;
/** The modules of the chunks that have been loaded, by name. */
const loaded = new Map();

/**
 * Loads a chunk of the program, the core unless another chunk asks for one. It is run from the code that V8 made of it
 * when the package was built, if that was by this version of Node: compiling takes a sixth of the time that a small map
 * takes. Otherwise, and where the code is damaged or of another source, it is compiled. Node's own loader of modules is
 * not used: it looks into a dozen folders for each.
 */
function load(name = "core") {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const source = readFileSync(sourceFile(name));
  const cachedData = readCode(codeFile(name), source);
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
 * (a block of zeros in it ends in SIGSEGV) and of the source it compares the length alone, so both are checked here.
 * They are compared rather than hashed because that is 0.5 ms of work; loading node:crypto for a digest takes 4 ms,
 * node:zlib for a checksum 2 ms.
 */
function packCode(source, code) {
  return Buffer.concat([code, code, source]);
}

/**
 * Bytes of a code file that are compared at a time: memory that hasn't been used before takes longer than the work in
 * it.
 */
const PIECE = 1 << 16;

/** Reads the code in a code file; undefined unless it is whole and was made of this source. */
function readCode(path, source) {
  let file;
  try {
    file = openSync(path);
    const size = (fstatSync(file).size - source.length) / 2;
    const code = Buffer.allocUnsafeSlow(size);
    const piece = Buffer.allocUnsafeSlow(PIECE);
    const isWhole = readSync(file, code) === size && goesOnWith(code, file, piece) && goesOnWith(source, file, piece);
    return isWhole ? code : undefined;
  } catch {
    // There is none, it is a folder, or its size is impossible.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Tells whether a file goes on with these bytes. */
function goesOnWith(bytes, file, piece) {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(file, piece, 0, Math.min(PIECE, bytes.length - at), null);
    if (count === 0 || piece.compare(bytes, at, at + count, 0, count) !== 0) return false;
    at += count;
  }
  return true;
}

/**
 * A chunk as a script. It has a name without a folder: V8 keeps the name in the code, which is to be the same wherever
 * it is built. So it must not use `import()`, which would look for modules from a path of that name. The bundler leaves
 * ASCII alone in chunks, which takes a fifth of the time that UTF-8 takes to read.
 */
function chunkScript(name, source, options) {
  return new Script(source.latin1Slice(), { filename: `${name}.cjs`, ...options });
}

function sourceFile(name) {
  return join(FOLDER, `${name}.cjs`);
}

function codeFile(name) {
  return join(FOLDER, `${name}.${SUFFIX}`);
}

module.exports = { load, chunkScript, packCode, readCode, sourceFile, codeFile, FOLDER };
