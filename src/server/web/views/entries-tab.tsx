import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { View } from "../data/route.ts";
import type { MapState } from "../data/source.ts";
import { orderedRows } from "../data/table-model.ts";
import { counted, countText } from "../data/words.ts";
import { EntryTable } from "../parts/entry-table.tsx";
import { FilterBox } from "../parts/filter-box.tsx";
import { RowDialog } from "../parts/row-dialog.tsx";
import type { TabProps } from "./tab-props.ts";

/** The entries as a table that is sorted, filtered and searched. */
export function EntriesTab({ source, state, version, head, route, go }: TabProps): JSX.Element {
  const [opened, setOpened] = useState<number>();
  const { model, entries } = state;
  const { find, order } = route;
  // The model is changed in place: its version stands for it.
  const rows = useMemo(() => orderedRows(model, head, find, order), [model, version, head, find, order]);
  const shown = opened === undefined ? undefined : model.row(opened);
  return (
    <>
      <div class="tools">
        {source.isLive ? <FilterBox where={route.where} mistake={state.mistake} go={go} /> : null}
        <label class="field">
          <span>Find</span>
          <input
            id="find"
            type="search"
            value={find}
            placeholder="text in any cell"
            onInput={({ currentTarget }) => go({ find: currentTarget.value })}
          />
        </label>
        <span class="muted count" role="status">
          {countOf(rows.length, model.size, entries.left)}
        </span>
      </div>
      {head.untyped === null ? null : <Untyped why={head.untyped} />}
      {rows.length === 0 ? (
        <p class="empty">{emptyText(state, route)}</p>
      ) : (
        <EntryTable head={head} rows={rows} update={model.update} order={order} go={go} open={setOpened} />
      )}
      {shown === undefined ? null : (
        <RowDialog head={head} shown={shown} update={model.update} close={() => setOpened(undefined)} />
      )}
    </>
  );
}

function countOf(shown: number, all: number, left: number): string {
  const more = left > 0 ? `; ${countText(left)} more have no room here (a filter chooses others)` : "";
  const entries = counted(all, "entry", "entries");
  return shown === all ? `${entries}${more}` : `${countText(shown)} of ${entries}${more}`;
}

function emptyText({ model, entries }: MapState, { find, where }: View): string {
  if (model.size > 0) return `No entry has “${find}” in it.`;
  if (entries.state.kind === "unreadable" || entries.state.kind === "gone") return "There is nothing to show.";
  return where === "" ? "The map is empty." : "No entry fits the filter.";
}

function Untyped({ why }: { why: string }): JSX.Element {
  return (
    <p class="note">
      Keys and values are bytes: {why}. <code>--btf prog.bpf.o</code> or{" "}
      <code>--value-type 'struct {"{ u64 bytes; }"}'</code> on the command line gives it types.
    </p>
  );
}
