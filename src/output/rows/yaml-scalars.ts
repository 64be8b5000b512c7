/**
 * Characters that YAML or a terminal may take for something else: they are escaped. libyaml refuses the two
 * noncharacters at the end of the basic plane.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/** Text that is the same string to YAML 1.1 and 1.2 without quotes: words, paths, names of fields. */
const PLAIN = /^[\p{L}_/][\p{L}\p{N}_./@+()[\]-]*(?: [\p{L}\p{N}_./@+()[\]-]+)*$/u;
/** So are addresses and networks, which to neither are numbers. */
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,3})?$/;
/** The words that one of them has another type for. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Whether a string may stand without quotes, as a key and as a value. */
export function isPlain(text: string): boolean {
  return (PLAIN.test(text) && !RESERVED.test(text)) || ADDRESS.test(text);
}

/** What stands inside of the quotes of a JSON string as it stands inside of YAML's, which know all of JSON's escapes. */
export function quotedPart(content: string): string {
  return content.replace(UNSAFE, escaped);
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A number of JSON. To YAML 1.1, which most parsers outside of JavaScript read, one with an exponent needs a point. */
export function numberText(json: string): string {
  return json.replace(/^(-?\d+)e/, "$1.0e");
}
