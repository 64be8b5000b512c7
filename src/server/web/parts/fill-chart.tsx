import type { JSX } from "preact";
import type { MapSummary } from "../../page/contract.ts";
import { routeHash } from "../data/route.ts";
import type { Samples } from "../data/source.ts";
import { fillText, growthText } from "../data/words.ts";
import { COLOURS, LineChart } from "./line-chart.tsx";

interface FillChartProps {
  readonly maps: readonly MapSummary[];
  readonly samples: Samples;
}

/** A chart of the fill of the fullest maps over the last minutes. */
export function FillChart({ maps, samples }: FillChartProps): JSX.Element | null {
  const fullest = maps
    .filter(({ ratio, whenFull, maxEntries }) => ratio !== null && whenFull !== "fixed" && maxEntries > 0)
    .sort((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0) || a.id - b.id)
    .slice(0, COLOURS)
    .sort((a, b) => a.id - b.id);
  if (fullest.length === 0) return null;
  const lines = fullest.map(({ id, name, maxEntries }) => ({
    name: `${name} ${id}`,
    values: (samples.entries.get(id) ?? []).map((entries) => (entries === null ? null : entries / maxEntries)),
  }));
  return (
    <figure class="figure">
      <figcaption>Fill of the fullest maps that can be full</figcaption>
      <LineChart
        label="Fill over the last minutes; the list beside it has the numbers"
        times={samples.times}
        lines={lines}
        text={(share) => `${Math.round(share * 100)}%`}
        height={160}
        least={0}
        most={1}
      />
      <ul class="legend">
        {fullest.map((map, i) => (
          <li key={map.id}>
            <span class={`key line-${i + 1}`} aria-hidden="true" />
            <a href={routeHash({ id: map.id })}>
              <bdi>{map.name || `map ${map.id}`}</bdi>
            </a>
            <span class="number">{fillText(map)}</span>
            <span class="number muted">{growthText(map)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
