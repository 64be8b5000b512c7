import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** Switches between the system's colours, light and dark. */
export function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(stored);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    dispatchEvent(new Event("theme"));
    keep(theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
  return (
    <button type="button" class="quiet" onClick={() => setTheme(next)} title={`Switch to ${next}`}>
      <span class="label">Colours: </span>
      {theme}
    </button>
  );
}

/** Reports on a disk may have no storage. */
function stored(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem("ebpf-map-theme")) ?? "auto";
  } catch {
    return "auto";
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem("ebpf-map-theme", theme);
  } catch {
    // Then it lasts as long as the page.
  }
}

/** Calls `redraw` when the colours change: canvases don't follow by themselves. */
export function onTheme(redraw: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", redraw);
  addEventListener("theme", redraw);
  return () => {
    dark.removeEventListener("change", redraw);
    removeEventListener("theme", redraw);
  };
}
