import type { JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { MapHead, ShownColumn } from "../../page/contract.ts";
import type { Order } from "../data/route.ts";
import { rateOf, type ShownRow } from "../data/table-model.ts";
import type { Go } from "../data/use-route.ts";
import { perSecondText } from "../data/words.ts";
import { ariaSort } from "../views/maps-view.tsx";
import { SortButton } from "./sort-button.tsx";

/** The height of a row in pixels; the style sheet has the same. */
const ROW = 28;
/** The room of a horizontal scroll bar and the borders. */
const SCROLLBAR = 18;
/** Rows that are drawn above and below those in sight, so that scrolling meets them. */
const AROUND = 24;
/** Rows by which the drawn part moves. */
const STEP = 8;
/** The widths of a column, in characters. */
const NARROWEST = 4;
const WIDEST = 44;
/** Rows that are looked at for the widths. */
const MEASURED = 200;

interface EntryTableProps {
  readonly head: MapHead;
  readonly rows: readonly ShownRow[];
  readonly update: number;
  readonly order: Order | undefined;
  readonly go: Go;
  readonly open: (id: number) => void;
}

/** A table of any length, of which the rows in sight are drawn. */
export function EntryTable({ head, rows, update, order, go, open }: EntryTableProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [fits, setFits] = useState(40);
  const [active, setActive] = useState(0);
  const widths = useWidths(head, rows);
  const rates = ratedColumns(head, rows);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setFits(Math.ceil(element.clientHeight / ROW));
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  const scroll = useCallback(() => {
    const row = Math.floor((box.current?.scrollTop ?? 0) / ROW);
    setFirst(Math.floor(row / STEP) * STEP);
  }, []);
  useEffect(() => {
    if (active >= rows.length) setActive(Math.max(0, rows.length - 1));
  }, [rows.length, active]);
  const from = Math.max(0, Math.min(first, rows.length - fits) - AROUND);
  const to = Math.min(rows.length, first + fits + AROUND + STEP);
  const press = (event: KeyboardEvent): void => {
    const next = moved(event.key, active, fits, rows.length);
    const row = rows[active];
    if (next !== undefined) {
      setActive(next);
      bringIntoSight(box.current, next);
    } else if (event.key === "Enter" && row !== undefined && event.target === event.currentTarget) open(row.row.id);
    else return;
    event.preventDefault();
  };
  const width = widths.reduce((sum, one) => sum + one + GAP, 0) + rates.length * (RATE + GAP);
  return (
    <div class="scroller" ref={box} onScroll={scroll} style={{ maxHeight: `${(rows.length + 1) * ROW + SCROLLBAR}px` }}>
      <table
        class="entries"
        role="grid"
        aria-label="Entries"
        aria-rowcount={rows.length + 1}
        aria-colcount={head.columns.length + rates.length}
        aria-activedescendant={active >= from && active < to ? `row-${active}` : undefined}
        tabIndex={0}
        onKeyDown={press}
        style={{ width: `max(100%, ${width}ch)` }}
      >
        <Columns widths={widths} rates={rates.length} />
        <thead>
          <tr aria-rowindex={1}>
            {head.columns.map((column, i) => (
              <Title key={column.path} column={column} order={order} go={go} isFirst={i === 0} />
            ))}
            {rates.map((column) => (
              <th key={column.path} scope="col" class="number" aria-sort={ariaSort(order, `${column.path}.rate`)}>
                <SortButton
                  path={`${column.path}.rate`}
                  title={`Δ ${column.title}`}
                  order={order}
                  isDescending
                  go={go}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space rows={from} />
          {rows.slice(from, to).map((shown, i) => (
            <EntryRow
              key={shown.row.id}
              head={head}
              shown={shown}
              rates={rates}
              place={from + i}
              update={update}
              isActive={from + i === active}
              open={() => {
                setActive(from + i);
                open(shown.row.id);
              }}
            />
          ))}
          <Space rows={rows.length - to} />
        </tbody>
      </table>
    </div>
  );
}

/** The room between columns, and the width of a rate, in characters. */
const GAP = 4;
const RATE = 11;

function Columns({ widths, rates }: { widths: readonly number[]; rates: number }): JSX.Element {
  const all = [...widths, ...Array.from({ length: rates }, () => RATE)];
  return (
    <colgroup>
      {all.map((width, i) => (
        <col key={i} style={{ width: `${width + GAP}ch` }} />
      ))}
    </colgroup>
  );
}

interface TitleProps {
  readonly column: ShownColumn;
  readonly order: Order | undefined;
  readonly go: Go;
  readonly isFirst: boolean;
}

function Title({ column, order, go }: TitleProps): JSX.Element {
  const { path, title, isQuantity, side } = column;
  const classes = `${isQuantity ? "number" : ""} ${side}`;
  return (
    <th scope="col" class={classes} aria-sort={ariaSort(order, path)}>
      <SortButton path={path} title={title} order={order} isDescending={isQuantity && side === "value"} go={go} />
    </th>
  );
}

/** Stands for rows that aren't drawn. */
function Space({ rows }: { rows: number }): JSX.Element | null {
  if (rows <= 0) return null;
  return (
    <tr role="presentation" class="space">
      <td role="presentation" style={{ height: `${rows * ROW}px` }} />
    </tr>
  );
}

interface EntryRowProps {
  readonly head: MapHead;
  readonly shown: ShownRow;
  readonly rates: readonly ShownColumn[];
  readonly place: number;
  readonly update: number;
  readonly isActive: boolean;
  readonly open: () => void;
}

function EntryRow({ head, shown, rates, place, update, isActive, open }: EntryRowProps): JSX.Element {
  const { row, changed, changedIn } = shown;
  const isFresh = changedIn === update && update > 1;
  const mark = `fresh-${update % 2}`;
  return (
    <tr
      id={`row-${place}`}
      aria-rowindex={place + 2}
      class={`${isActive ? "active" : ""} ${isFresh && changed === undefined ? mark : ""}`}
      onClick={open}
    >
      {head.columns.map(({ path, isQuantity, side }, i) => (
        <td
          key={path}
          class={`${isQuantity ? "number" : ""} ${side} ${isFresh && changed?.has(i) === true ? mark : ""}`}
          title={hover(row.cells[i] ?? "", row.raw?.[i])}
        >
          <bdi>{row.cells[i]}</bdi>
        </td>
      ))}
      {rates.map((column) => (
        <td key={column.path} class="number rate">
          {rateText(shown, column, update)}
        </td>
      ))}
    </tr>
  );
}

/** The raw value of a cell that a renderer made, and all of one that may be cut off. */
function hover(cell: string, raw: string | undefined): string | undefined {
  if (raw !== undefined) return `${cell}\nraw: ${raw}`;
  return cell.length > 12 ? cell.slice(0, 2000) : undefined;
}

function rateText(shown: ShownRow, column: ShownColumn, update: number): string {
  const rate = rateOf(shown, column, update);
  return rate === 0 ? "" : perSecondText(rate);
}

/** The columns whose rates are shown: counters that have changed since the page shows them. */
function ratedColumns({ columns }: MapHead, rows: readonly ShownRow[]): readonly ShownColumn[] {
  const seen = useRef(new Set<number>());
  for (const { rates } of rows) {
    if (rates === undefined) continue;
    for (const [counter, rate] of rates.entries()) if (rate !== 0) seen.current.add(counter);
  }
  return columns.filter(({ counter }) => counter !== null && seen.current.has(counter)).slice(0, MOST_RATES);
}

const MOST_RATES = 4;

/** The widths of columns, in characters: they only grow, so that nothing jumps while data change. */
function useWidths({ columns }: MapHead, rows: readonly ShownRow[]): readonly number[] {
  const widths = useRef<number[]>([]);
  for (const [i, { title }] of columns.entries()) {
    let width = Math.max(widths.current[i] ?? NARROWEST, Math.min(WIDEST, title.length + 2));
    for (const { row } of rows.slice(0, MEASURED)) width = Math.max(width, Math.min(WIDEST, row.cells[i]?.length ?? 0));
    widths.current[i] = width;
  }
  return widths.current.slice(0, columns.length);
}

/** The row to which a key moves; undefined for any other key. */
function moved(key: string, active: number, page: number, count: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page - 2,
    PageUp: active - page + 2,
    Home: 0,
    End: count - 1,
  };
  const next = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
}

function bringIntoSight(box: HTMLElement | null, row: number): void {
  if (box === null) return;
  // The head of the table takes one row.
  const [top, bottom] = [row * ROW, (row + 2) * ROW];
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}
