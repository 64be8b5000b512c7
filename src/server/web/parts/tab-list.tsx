import type { JSX } from "preact";
import type { Tab } from "../data/route.ts";

interface TabListProps {
  readonly tabs: readonly { readonly tab: Tab; readonly title: string }[];
  readonly chosen: Tab;
  readonly choose: (tab: Tab) => void;
}

/** The views of a map; the arrow keys move between them. */
export function TabList({ tabs, chosen, choose }: TabListProps): JSX.Element {
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = tabs.findIndex(({ tab }) => tab === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    choose(next.tab);
    document.getElementById(`tab-${next.tab}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Views of the map" class="tabs" onKeyDown={move}>
      {tabs.map(({ tab, title }) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === chosen}
          aria-controls="panel"
          tabIndex={tab === chosen ? 0 : -1}
          onClick={() => choose(tab)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
