import { nearest } from "../../../nearest.ts";
import type { ValueType } from "./value-type.ts";

/** Accepts one word of a list. `synonyms` maps words of other tools to it: `{ yml: "yaml" }`. */
export function choice<const Word extends string>(
  name: string,
  choices: readonly Word[],
  synonyms: Readonly<Record<string, Word>> = {},
): ValueType<Word> {
  return {
    name,
    accepts: anyOf(choices),
    choices,
    parse: (text) => choices.find((word) => word === text),
    suggest: (text) => (Object.hasOwn(synonyms, text) ? synonyms[text] : text && nearest(text, choices)) || undefined,
  };
}

/** Formats a list as `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** Accepts words of a list with commas between them. */
export function choices<const Word extends string>(name: string, words: readonly Word[]): ValueType<readonly Word[]> {
  const one = choice(name, words);
  return {
    name,
    accepts: `words with commas between them: ${words.join(", ")}`,
    choices: words,
    parse: (text, option) => {
      const parsed = text.split(",").map((word) => one.parse(word, option));
      return parsed.every((word) => word !== undefined) ? parsed : undefined;
    },
    suggest: (text) => {
      const meant = text.split(",").map((word) => one.parse(word, "") ?? one.suggest?.(word));
      return meant.every((word) => word !== undefined) ? meant.join(",") : undefined;
    },
  };
}
