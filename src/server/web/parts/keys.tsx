import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { routeHash } from "../data/route.ts";

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ["/", "find in rows or maps"],
  ["f", "filter by a condition"],
  ["↑ ↓ Home End PgUp PgDn", "move in the table of entries"],
  ["Enter", "open a map, or all of an entry"],
  ["1 – 5", "switch the view of a map"],
  ["u", "up, to all maps"],
  ["?", "show these keys"],
];

/** The keys of the page, and the dialog that explains them. */
export function Keys({ isMap }: { isMap: boolean }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      if (pressed(event.key, isMap, dialog.current)) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isMap]);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" class="keys">
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

function pressed(key: string, isMap: boolean, dialog: HTMLDialogElement | null): boolean {
  if (key === "?") dialog?.showModal();
  else if (key === "/") focus("find");
  else if (key === "f") focus("where");
  else if (key === "u" && isMap) location.hash = routeHash({});
  else if (isMap && /^[1-5]$/.test(key)) document.querySelectorAll<HTMLElement>("[role=tab]")[Number(key) - 1]?.click();
  else return false;
  return true;
}

function focus(id: string): void {
  document.getElementById(id)?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
