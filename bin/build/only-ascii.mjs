/**
 * Writes other characters than ASCII as escapes, which mean the same in strings, templates and patterns: ASCII takes a
 * fifth of the time that UTF-8 takes to read.
 */
export const onlyAscii = {
  name: "only-ascii",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk") chunk.code = chunk.code.replace(/[^\0-\x7f]/g, escaped);
    }
  },
};

function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
