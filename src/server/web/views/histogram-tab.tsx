import type { JSX } from "preact";
import type { HistogramSource, MapHead } from "../../page/contract.ts";
import { type Histogram, histograms } from "../data/histograms.ts";
import type { View } from "../data/route.ts";
import type { MapState } from "../data/source.ts";
import { orderedRows } from "../data/table-model.ts";
import { Bars } from "../parts/bars.tsx";

interface HistogramTabProps {
  readonly state: MapState;
  readonly head: MapHead;
  readonly route: View;
}

/** The most histograms that are drawn. */
const MOST = 24;

/** The counts of a map, drawn. */
export function HistogramTab({ state, head, route }: HistogramTabProps): JSX.Element {
  const source: HistogramSource | null = head.histogram;
  const rows = source === null ? [] : orderedRows(state.model, head, route.find, route.order);
  const drawn =
    source === null
      ? []
      : histograms(
          source,
          head,
          rows.map(({ row }) => row),
        );
  if (drawn.length === 0) return <p class="empty">There are no counts.</p>;
  return (
    <>
      <div class="histograms">
        {drawn.slice(0, MOST).map((histogram) => (
          <Drawn key={histogram.title} histogram={histogram} />
        ))}
      </div>
      {drawn.length > MOST ? (
        <p class="muted">{drawn.length - MOST} more: a filter, or the order of the entries, chooses.</p>
      ) : null}
    </>
  );
}

function Drawn({ histogram: { title, slots } }: { histogram: Histogram }): JSX.Element {
  const bars = slots.map(({ label, count, share }) => ({ id: label, name: label, text: count, share }));
  return (
    <figure class="histogram">
      <figcaption>
        <bdi>{title || "All"}</bdi>
      </figcaption>
      {bars.length === 0 ? <p class="muted">no counts</p> : <Bars bars={bars} label={title || "Histogram"} />}
    </figure>
  );
}
