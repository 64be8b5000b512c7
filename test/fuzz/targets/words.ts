import { bytesFromText, textFromBytes } from "../../../src/bytes.ts";
import { parseArgv } from "../../../src/cli/args/parse-argv.ts";
import { parseKey } from "../../../src/cli/maps/key-data.ts";
import { parseMapWords } from "../../../src/cli/maps/map-words.ts";
import { NEWEST_DIALECT } from "../../../src/codec/bpftool/dialect.ts";
import { bpftoolJsonString } from "../../../src/codec/bpftool/json-string.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { visible } from "../../../src/output/terminal/visible.ts";
import { cpuIds } from "../../../src/sys/cpus.ts";
import { parseFdinfo } from "../../../src/sys/linux.ts";
import { parseMounts } from "../../../src/sys/mounts.ts";
import type { Random } from "../../helpers/random.ts";
import { answered } from "../answered.ts";
import { mutate } from "../mutate.ts";
import type { Target } from "../target.ts";

const WORDS: readonly string[] = [
  "dump",
  "map",
  "id",
  "pinned",
  "key",
  "hex",
  "value",
  "0x",
  "0xffffffffffffffffff",
  "-1",
  "--",
  "--compat",
  "--compat=7.8",
  "--json=true",
  "-jp",
  "--__proto__",
  "--constructor=1",
  "--no-json",
  "--a.b=c",
  "0b101",
  "08",
  "18446744073709551616",
  "",
  " 7",
  "\u001b[31m",
  "\udcff",
  "é",
];

/** Command lines: options, words, keys. */
export const COMMAND_LINE: Target = {
  name: "command line",
  input: (random) => Buffer.from(randomWords(random).join("\0"), "utf8"),
  run(input, random) {
    const argv = textFromBytes(input).split("\0");
    const { words, problem } = parseArgv(argv);
    if (problem !== undefined && !(problem instanceof EbpfMapError)) throw problem;
    const warn = (): void => undefined;
    answered(() => parseMapWords(words[0] ?? "", words[1] ?? "", NEWEST_DIALECT, warn));
    const question = { keySize: random.below(9), wanted: random.chance(0.8), binary: random.chance(0.5), warn };
    answered(() => parseKey(words, question));
    return problem === undefined;
  },
};

const SYSTEM_TEXTS: readonly string[] = [
  "0-3,8,10-11\n",
  "pos:\t0\nmap_type:\t1\nmemlock:\t4096\nfrozen:\t0\n",
  "bpf /sys/fs/bpf bpf rw,mode=700 0 0\n/dev/sda1 /mnt/my\\040maps ext4 rw 0 0\n",
];

/** What the kernel says of itself as text, and names, which are bytes: they survive as what they are. */
export const SYSTEM_TEXT: Target = {
  name: "system text",
  input: (random) => mutate(Buffer.from(random.pick(SYSTEM_TEXTS)), random),
  run(input) {
    const text = textFromBytes(input);
    if (!Buffer.from(bytesFromText(text)).equals(input)) throw new Error("text does not turn back into its bytes");
    bpftoolJsonString(text, NEWEST_DIALECT);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must be gone
    if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(visible(text))) throw new Error("not visible");
    parseMounts(text);
    parseFdinfo(text);
    return answered(() => cpuIds(text, "possible")) !== undefined;
  },
};

function randomWords(random: Random): string[] {
  return Array.from({ length: random.below(8) }, () => {
    if (random.chance(0.7)) return random.pick(WORDS);
    return textFromBytes(mutate(Buffer.from(random.pick(WORDS)), random)).replaceAll("\0", "");
  });
}
