import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { routeHash } from "./data/route.ts";
import type { MapsState, PageSource } from "./data/source.ts";
import { NO_SAMPLES } from "./data/source.ts";
import { useRoute } from "./data/use-route.ts";
import { momentText } from "./data/words.ts";
import { Keys } from "./parts/keys.tsx";
import { ThemeButton } from "./parts/theme.tsx";
import { MapView } from "./views/map-view.tsx";
import { MapsView } from "./views/maps-view.tsx";

/** The page: a header, and the view that the address names. */
export function App({ source }: { source: PageSource }): JSX.Element {
  const [route, go] = useRoute();
  const [state, setState] = useState<MapsState>({ maps: [], samples: NO_SAMPLES, why: null });
  const isList = route.id === undefined;
  useEffect(() => (isList ? source.maps(setState) : undefined), [source, isList]);
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <Header source={source} isList={isList} />
      <main id="main" tabIndex={-1}>
        {route.id === undefined ? (
          <MapsView source={source} state={state} route={route} go={go} />
        ) : (
          <MapView key={route.id} id={route.id} source={source} route={route} go={go} />
        )}
      </main>
      <Keys isMap={!isList} />
    </>
  );
}

/** Moves the focus, for keyboards, past the header. */
function skip(): void {
  document.getElementById("main")?.focus();
}

function Header({ source, isList }: { source: PageSource; isList: boolean }): JSX.Element {
  const { host, kernel, time, file } = source.about;
  const facts = [host, kernel === "" ? "" : `Linux ${kernel}`, file, time === undefined ? "" : momentText(time)];
  return (
    <header class="top">
      <a class="brand" href={routeHash({})} aria-current={isList ? "page" : undefined}>
        ebpf-map
      </a>
      <span class="about">{facts.filter((fact) => fact !== "").join(" · ")}</span>
      {source.isLive ? <Connection source={source} /> : null}
      <ThemeButton />
    </header>
  );
}

/** True if what is shown is of now. */
function Connection({ source }: { source: PageSource }): JSX.Element {
  const [isConnected, setConnected] = useState(true);
  useEffect(() => source.connection(setConnected), [source]);
  return (
    <span class={isConnected ? "live" : "live lost"} role="status">
      {isConnected ? "live" : "no connection"}
    </span>
  );
}
