import Module from "node:module";

const RUNTIME = "rolldown-runtime.cjs";
const CORE = "core.cjs";

/** Makes the bundler's own functions part of the core: as a chunk they would be one more file to load. */
export const runtimeInCore = {
  name: "runtime-in-core",
  generateBundle(_options, bundle) {
    bundle[CORE].code = bundle[RUNTIME].code + bundle[CORE].code;
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk") chunk.code = chunk.code.replaceAll(`"./${RUNTIME}"`, `"./${CORE}"`);
    }
    delete bundle[RUNTIME];
  },
};

/** Has chunks of these names loaded when something in them is first used, rather than with the chunks that use it. */
export const loadWhenUsed = (names) => ({
  name: "load-when-used",
  generateBundle(_options, bundle) {
    const files = names.map((name) => `${name}.cjs`);
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      chunk.code = names.reduce(usedLazily, chunk.code);
      chunk.imports = chunk.imports.filter((file) => !files.includes(file));
    }
  },
});

function usedLazily(code, name) {
  const required = `const require_${name} = require("./${name}.cjs");`;
  if (!code.includes(required)) return code;
  const lazily = `let ${name}_chunk;
const lazy_${name} = { get chunk() { return ${name}_chunk ??= require("./${name}.cjs"); } };`;
  return code.replace(required, lazily).replaceAll(`require_${name}.`, `lazy_${name}.chunk.`);
}

/**
 * Has a chunk give all that it exports in one object: a getter for each of 200 names, as the bundler writes, takes 0.3
 * ms to make. What is exported so is what it was when the chunk ended, so nothing may change later, and the chunk must
 * not be part of a circle: one that is loaded meanwhile would have got another object.
 */
export const exportAtOnce = {
  name: "export-at-once",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (
        chunk.type !== "chunk" ||
        chunk.imports.some((name) => name in bundle && reaches(bundle, name, chunk.fileName))
      )
        continue;
      chunk.code = withOneObject(chunk.code, (name) =>
        this.error(`${chunk.fileName} exports ${name}, which may change`),
      );
    }
  },
};

/**
 * Puts each chunk into the function that load.js calls with what a module is given: doing it at each start takes a
 * copy.
 */
export const asFunction = {
  name: "as-function",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) if (chunk.type === "chunk") chunk.code = Module.wrap(chunk.code);
  },
};

function withOneObject(code, refuse) {
  const exported = [];
  const rest = code.replace(
    /^Object\.defineProperty\(exports, "([\w$]+)", \{\n\tenumerable: true,\n\tget: function\(\) \{\n\t\treturn ([\w$]+);\n\t\}\n\}\);\n|^exports\.([\w$]+) = ([\w$]+);\n/gm,
    (_text, ...[getter, got, name = getter, value = got]) => {
      exported.push(name === value ? name : `${name}: ${value}`);
      if (!isFixed(code, value)) refuse(value);
      return "";
    },
  );
  return exported.length === 0 ? rest : `${rest}module.exports = { ${exported.join(", ")} };\n`;
}

/** Tells whether a name is declared with what it means for ever; the bundler makes `var` of classes. */
function isFixed(code, name) {
  const word = `${name.replaceAll("$", "\\$")}(?![\\w$])`;
  const isConstant = new RegExp(`^(?:const (?:[[{][^=]*)?|(?:async )?function\\*? |class )${word}`, "m").test(code);
  const isVariable = new RegExp(`^var ${word} = `, "m").test(code);
  return isConstant || (isVariable && !new RegExp(`(?<!(?:var|let|const) |[\\w$.])${word} = `).test(code));
}

/** Tells whether a chunk loads another as soon as it is loaded, however far away. */
function reaches(bundle, from, to) {
  const found = new Set([from]);
  for (const name of found) for (const imported of bundle[name]?.imports ?? []) found.add(imported);
  return found.has(to);
}
