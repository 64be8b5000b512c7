/**
 * Characters that are escaped, since YAML forbids them or a terminal may act on them. libyaml refuses the last two,
 * which are noncharacters.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/** Texts that YAML 1.1 and 1.2 both read as strings without quotes: words, paths, names of fields. */
const PLAIN = /^[\p{L}_/][\p{L}\p{N}_./@+()[\]-]*(?: [\p{L}\p{N}_./@+()[\]-]+)*$/u;
/** Addresses and networks, which are numbers in neither. */
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,3})?$/;
/** Words that one of them reads as another type. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Tells whether a string needs no quotes as a key or value. */
export function isPlain(text: string): boolean {
  return (PLAIN.test(text) && !RESERVED.test(text)) || ADDRESS.test(text);
}

/** Converts the inside of a JSON string to the inside of a quoted YAML string, which has all escapes of JSON. */
export function quotedPart(content: string): string {
  return content.replace(UNSAFE, escaped);
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Converts a JSON number. YAML 1.1, which most parsers read, wants a point in a number with an exponent. */
export function yamlNumber(json: string): string {
  return json.replace(/^(-?\d+)e/, "$1.0e");
}
