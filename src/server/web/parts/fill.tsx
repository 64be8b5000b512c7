import type { JSX } from "preact";
import type { MapSummary } from "../../page/contract.ts";
import { entriesText, fillText } from "../data/words.ts";

/** From this share on, a map that refuses more is too full. */
const TOO_FULL = 0.9;

/** True if a map needs somebody: it refuses or drops, and has little room. */
export function needsRoom({ ratio, whenFull, ring }: MapSummary): boolean {
  if (ring?.isFull === true) return true;
  return (whenFull === "refuses" || whenFull === "drops") && ratio !== null && ratio >= TOO_FULL;
}

/** The fill of a map: a bar and the numbers. */
export function Fill({ map }: { map: MapSummary }): JSX.Element {
  const share = Math.min(1, map.ratio ?? 0);
  const level = needsRoom(map) ? "bad" : "";
  return (
    <div class="fill">
      <svg class={`meter ${level}`} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" class="track" />
        <rect width={share * 100} height="4" class="used" />
      </svg>
      <span class="numbers">
        <span>{entriesText(map)}</span>
        <b class={level}>{fillText(map)}</b>
      </span>
    </div>
  );
}

/** A line of the last samples, without axes. */
export function Sparkline({ values }: { values: readonly (number | null)[] }): JSX.Element | null {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const span = most - least || 1;
  const points = values.flatMap((value, i) => {
    if (value === null) return [];
    const x = (i / Math.max(1, values.length - 1)) * 100;
    return [`${x.toFixed(1)},${(19 - ((value - least) / span) * 18).toFixed(1)}`];
  });
  return (
    <svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(" ")} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
