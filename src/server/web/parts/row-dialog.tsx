import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { MapHead } from "../../page/contract.ts";
import { rateOf, rowName, type ShownRow } from "../data/table-model.ts";
import { perSecondText } from "../data/words.ts";

interface RowDialogProps {
  readonly head: MapHead;
  readonly shown: ShownRow;
  readonly update: number;
  readonly close: () => void;
}

/** All of an entry: each field with its type, its text and the value behind it. */
export function RowDialog({ head, shown, update, close }: RowDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { row } = shown;
  const hasRates = head.columns.some((column) => (rateOf(shown, column, update) ?? 0) !== 0);
  return (
    <dialog ref={dialog} class="row" aria-labelledby="row-title" onClose={close}>
      <form method="dialog">
        <h2 id="row-title">
          <bdi>{rowName(head, row)}</bdi>
        </h2>
        <button type="submit" aria-label="Close">
          ✕
        </button>
      </form>
      <div class="fields" tabIndex={0} role="region" aria-label="Fields">
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Value</th>
              <th scope="col">Raw</th>
              {hasRates ? <th scope="col">Change</th> : null}
            </tr>
          </thead>
          <tbody>
            {head.columns.map((column, i) => (
              <tr key={column.path}>
                <th scope="row">
                  <bdi>{column.path}</bdi>
                  <small>{column.type}</small>
                </th>
                <td class="mono">
                  <bdi>{row.cells[i]}</bdi>
                </td>
                <td class="mono muted">
                  <bdi>{row.raw?.[i] ?? ""}</bdi>
                </td>
                {hasRates ? <td class="mono number">{changeText(shown, column, update)}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </dialog>
  );
}

function changeText(shown: ShownRow, column: MapHead["columns"][number], update: number): string {
  const rate = rateOf(shown, column, update);
  return column.counter === null || rate === 0 ? "" : perSecondText(rate);
}
