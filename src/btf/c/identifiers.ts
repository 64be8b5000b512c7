import { bytesFromText } from "../../bytes.ts";

/** Words that C17 or its compilers keep for themselves. The kernel has members called `bool`, which C23 took. */
const KEYWORDS: ReadonlySet<string> = new Set(
  [
    "auto break case char const continue default do double else enum extern float for goto if inline int long register",
    "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while",
    "asm typeof _Alignas _Alignof _Atomic _BitInt _Bool _Complex _Decimal128 _Decimal32 _Decimal64 _Float16 _Generic _Imaginary",
    "_Noreturn _Static_assert _Thread_local __int128 __int128_t __uint128_t __float128 __bf16 __fp16 __func__ __signed__",
    "__alignof __alignof__ __asm __asm__ __attribute __attribute__ __auto_type __const __const__ __extension__ __inline",
    "__builtin_va_list __builtin_ms_va_list __inline__ __label__ __restrict __restrict__ __signed __thread __typeof __typeof__ __volatile __volatile__",
  ]
    .join(" ")
    .split(" "),
);

/** The longest name that is spelled out: longer than any that the kernel takes. Bounds the text of hostile BTF. */
const MAX_NAME = 512;

/** True if C takes a name as it is. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && name.length <= MAX_NAME && !KEYWORDS.has(name);
}

/** The name, or one made of its letters, digits and underscores where C doesn't take it: `Stat<u64>` is `Stat_u64`. */
export function legalName(name: string): string {
  if (isIdentifier(name)) return name;
  const words = name.slice(0, MAX_NAME).replace(/\W+/g, "_");
  const trimmed = /^\w+$/.test(name) ? words : words.replace(/^_|_$/g, "");
  const started = /^\d/.test(trimmed) || trimmed === "" ? `_${trimmed}` : trimmed;
  return isIdentifier(started) ? started : `${started}_`;
}

/** A name as a comment can show it: a character that C has in no name is `\xNN` for each of its bytes. */
export function commentName(name: string): string {
  const shown = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}...` : name;
  return shown.replace(/[^\w$.<>, ]/gu, (char) =>
    Array.from(bytesFromText(char), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

/** Hands out legal names, each only once: a second `node` is `node___2`, as in bpftool's C dumps. */
export class Identifiers {
  readonly #used = new Map<string, number>();

  take(name: string): string {
    const base = legalName(name);
    let taken = base;
    for (let i = this.#used.get(base) ?? 1; this.#used.has(taken); i++) {
      taken = `${base}___${i + 1}`;
      this.#used.set(base, i + 1);
    }
    this.#used.set(taken, 1);
    return taken;
  }
}

/** A comment with a name that had to be changed. */
export function originalName(name: string, shown: string): string {
  const isSame = isIdentifier(name) && shown.split(" ").at(-1) === name;
  return isSame ? "" : `/* ${commentName(name)} */\n`;
}
