import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { rateText } from "../../../output/quantities.ts";
import type { MapHead, ShownColumn } from "../../page/contract.ts";
import { FieldHistory } from "../data/field-history.ts";
import { TOPS } from "../data/route.ts";
import type { MapState } from "../data/source.ts";
import { orderedRows, rateOf, rowName, type ShownRow } from "../data/table-model.ts";
import { perSecondText } from "../data/words.ts";
import { type Bar, Bars } from "../parts/bars.tsx";
import { COLOURS, LineChart } from "../parts/line-chart.tsx";
import type { TabProps } from "./tab-props.ts";

/** A numeric field, or its rate, of the rows that have most of it. */
export function ChartTab({ source, state, version, head, route, go }: TabProps): JSX.Element {
  const fields = head.columns.filter(({ isQuantity, side }) => isQuantity && side === "value");
  const field = fields.find(({ path }) => path === route.field) ?? fields[0];
  const isRate = route.isRate && source.isLive && field?.counter !== null;
  const history = useHistory(state, version, field, isRate);
  if (field === undefined) return <p class="empty">There is no field that is a number.</p>;
  const path = isRate ? `${field.path}.rate` : field.path;
  const rows = orderedRows(state.model, head, route.find, { path, descending: true }).slice(0, route.top);
  const measure = measureOf(head, field, isRate, state.model.update);
  return (
    <>
      <ChartTools fields={fields} field={field} isRate={isRate} isLive={source.isLive} route={route} go={go} />
      {source.isLive && history.times.length > 1 ? (
        <LineChart
          label={`${path} over the last minutes; the list below has the numbers`}
          times={history.times}
          lines={rows.slice(0, COLOURS).map(({ row }) => ({ name: rowName(head, row), values: history.of(row.id) }))}
          text={rateText}
          height={220}
        />
      ) : null}
      {rows.length === 0 ? (
        <p class="empty">The map is empty.</p>
      ) : (
        <Bars bars={barsOf(rows, head, measure, source.isLive)} label={path} />
      )}
    </>
  );
}

/** The number that is drawn of a row, and its text. */
type Measure = (shown: ShownRow) => { readonly number: number; readonly text: string };

function measureOf({ columns }: MapHead, field: ShownColumn, isRate: boolean, update: number): Measure {
  const place = columns.indexOf(field);
  if (!isRate)
    return ({ row }) => ({ number: Number(row.raw?.[place] ?? row.cells[place]), text: row.cells[place] ?? "" });
  return (shown) => {
    const rate = rateOf(shown, field, update);
    return { number: rate ?? 0, text: perSecondText(rate) };
  };
}

function barsOf(rows: readonly ShownRow[], head: MapHead, measure: Measure, isLive: boolean): Bar[] {
  const measured = rows.map((shown) => ({ row: shown.row, ...measure(shown) }));
  const most = Math.max(...measured.map(({ number }) => number));
  return measured.map(({ row, number, text }, i) => ({
    id: row.id,
    name: rowName(head, row),
    text,
    share: most > 0 && number > 0 ? number / most : 0,
    colour: isLive && i < COLOURS ? i + 1 : 0,
  }));
}

function useHistory(state: MapState, version: number, field: ShownColumn | undefined, isRate: boolean): FieldHistory {
  const histories = useRef(new Map<string, FieldHistory>());
  const name = `${field?.path ?? ""}${isRate ? ".rate" : ""}`;
  const history = histories.current.get(name) ?? new FieldHistory();
  histories.current.set(name, history);
  useMemo(() => {
    const { head, model, entries } = state;
    if (head === undefined || field === undefined) return;
    const measure = measureOf(head, field, isRate, model.update);
    history.add(Date.parse(entries.time) / 1000, model.rows, (shown) => measure(shown).number);
  }, [version, history]);
  return history;
}

interface ChartToolsProps extends Pick<TabProps, "route" | "go"> {
  readonly fields: readonly ShownColumn[];
  readonly field: ShownColumn;
  readonly isRate: boolean;
  readonly isLive: boolean;
}

function ChartTools({ fields, field, isRate, isLive, route, go }: ChartToolsProps): JSX.Element {
  return (
    <div class="tools">
      <label class="field">
        <span>Field</span>
        <select value={field.path} onChange={({ currentTarget }) => go({ field: currentTarget.value })}>
          {fields.map(({ path }) => (
            <option key={path} value={path}>
              {path}
            </option>
          ))}
        </select>
      </label>
      {isLive && field.counter !== null ? (
        <label class="field">
          <span>Show</span>
          <select
            value={isRate ? "rate" : "value"}
            onChange={({ currentTarget }) => go({ isRate: currentTarget.value === "rate" })}
          >
            <option value="value">value</option>
            <option value="rate">change in a second</option>
          </select>
        </label>
      ) : null}
      <label class="field">
        <span>Top</span>
        <select value={String(route.top)} onChange={({ currentTarget }) => go({ top: Number(currentTarget.value) })}>
          {TOPS.map((top) => (
            <option key={top} value={String(top)}>
              {top}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
