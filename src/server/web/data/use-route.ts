import { useEffect, useState } from "preact/hooks";
import { parseRoute, routeHash, type View } from "./route.ts";

/** Goes to another view, which the browser's back button leaves, or changes the present one in place. */
export type Go = (change: Partial<View>, how?: "push" | "replace") => void;

/** The route in the address, and what changes it. */
export function useRoute(): readonly [route: View, go: Go] {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(parseRoute(location.hash));
    addEventListener("popstate", follow);
    addEventListener("hashchange", follow);
    return () => {
      removeEventListener("popstate", follow);
      removeEventListener("hashchange", follow);
    };
  }, []);
  const go: Go = (change, how = "replace") => {
    const next = { ...parseRoute(location.hash), ...change };
    if (how === "push") history.pushState(null, "", routeHash(next));
    else history.replaceState(null, "", routeHash(next));
    setRoute(next);
  };
  return [route, go];
}
