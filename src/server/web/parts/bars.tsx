import type { JSX } from "preact";

/** A bar: its name, the text of its value, and its length as a share of the longest. */
export interface Bar {
  readonly id: string | number;
  readonly name: string;
  readonly text: string;
  readonly share: number;
  /** The number of its colour; 0 for the usual one. */
  readonly colour?: number;
}

/** Horizontal bars with their names and numbers: a list, which is what a screen reader reads. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }): JSX.Element {
  return (
    <ol class="bars" aria-label={label}>
      {bars.map(({ id, name, text, share, colour = 0 }) => (
        <li key={id}>
          <span class="name" title={name}>
            <bdi>{name}</bdi>
          </span>
          <svg class={`bar line-${colour}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect width={Math.max(share > 0 ? 0.3 : 0, Math.min(1, share) * 100)} height="10" />
          </svg>
          <span class="number">{text}</span>
        </li>
      ))}
    </ol>
  );
}
