/**
 * The prefixes of a log's lines when something else than the kernel has passed them on: the stamps of journald, syslog,
 * dmesg and containers, levels and names of loggers, the bars of docker compose, indentation. Each pattern takes one of
 * them, at the start of the line.
 */
const PREFIXES: readonly RegExp[] = [
  // syslog and journalctl: `Nov 28 11:01:58 host loader[123]: `, also with a year or in ISO form
  /^[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:[.,]\d+)? (?:[\w.-]{1,64} [^\s:[\]]{1,64}(?:\[\d+\])?: )?/,
  /^\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?: [\w.-]{1,64} [^\s:[\]]{1,64}\[\d+\]:)? /,
  /^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? /,
  /^(?:stdout|stderr) [FP] /,
  /^[\w.-]{1,64} +\| /,
  /^\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|trace|debug|info|warn|warning|error)\]?:? +(?=\S)/,
  /^libbpf: (?=\d+: |; |from \d|R\d+ |processed )/,
  /^(?:Verifier (?:output|log)|verifier (?:output|log)|load program: [\w ]+|[\w ()]{0,40}Caused by): *(?=\S)/,
  /^[ \t]+(?=\S)/,
];

const ESCAPE = String.fromCharCode(27);
/** CSI sequences (colours, cursor) and the titles of terminals. */
const TERMINAL = new RegExp(
  `${ESCAPE}(?:\\[[0-9;?]{0,32}[@-~]|\\][^${ESCAPE}\\x07]{0,256}(?:\\x07|${ESCAPE}\\\\))`,
  "g",
);

/** At most so many prefixes stand one behind the other. */
const MOST_PREFIXES = 5;

/** The line without what a terminal would obey, and without a carriage return at its end. */
function withoutColours(line: string): string {
  const plain = line.includes(ESCAPE) ? line.replace(TERMINAL, "") : line;
  return plain.endsWith("\r") ? plain.slice(0, -1) : plain;
}

/** The line without its first prefix; undefined where it has none. */
function withoutPrefix(line: string): string | undefined {
  for (const prefix of PREFIXES) {
    const found = prefix.exec(line);
    if (found !== null && found[0].length > 0) return line.slice(found[0].length);
  }
  return undefined;
}

/** Yields the rest of the line after each prefix, the whole line first. */
export function* undressed(line: string): Generator<string> {
  let rest: string | undefined = withoutColours(line);
  for (let n = 0; rest !== undefined && n <= MOST_PREFIXES; n++) {
    yield rest;
    rest = withoutPrefix(rest);
  }
}
