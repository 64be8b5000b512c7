/** The views of a map. */
export const TABS = ["entries", "chart", "histogram", "layout", "events"] as const;
export type Tab = (typeof TABS)[number];

/** The order of rows: a column's path, that of its rate with `.rate` behind it, and the direction. */
export interface Order {
  readonly path: string;
  readonly descending: boolean;
}

/** The view that the page shows: all that a permalink says. */
export interface View {
  /** Undefined for the list of maps. */
  readonly id: number | undefined;
  readonly tab: Tab;
  /** A condition in CEL. */
  readonly where: string;
  /** A text that rows or maps have in them. */
  readonly find: string;
  readonly order: Order | undefined;
  /** The field of the chart, and whether its rate is drawn. */
  readonly field: string;
  readonly isRate: boolean;
  /** The number of rows of the chart. */
  readonly top: number;
  /** The type of events. */
  readonly type: string;
}

export const TOPS: readonly number[] = [5, 10, 20];

const START: View = {
  id: undefined,
  tab: "entries",
  where: "",
  find: "",
  order: undefined,
  field: "",
  isRate: false,
  top: 10,
  type: "",
};

/** Reads the part of an address behind `#`. What it doesn't know, it leaves out. */
export function parseRoute(hash: string): View {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const id = /^\/map\/(\d{1,10})$/.exec(path)?.[1];
  const given = new URLSearchParams(query);
  const top = Number(given.get("top"));
  return {
    id: id === undefined ? undefined : Number(id),
    tab: TABS.find((tab) => tab === given.get("tab")) ?? START.tab,
    where: given.get("where") ?? "",
    find: given.get("find") ?? "",
    order: parseOrder(given.get("sort") ?? ""),
    field: given.get("field") ?? "",
    isRate: given.get("rate") === "1",
    top: TOPS.includes(top) ? top : START.top,
    type: given.get("type") ?? "",
  };
}

/** The address of a route: only what differs from the start is in it. */
export function routeHash(route: Partial<View>): string {
  const { id, tab, where, find, order, field, isRate, top, type } = { ...START, ...route };
  const query = new URLSearchParams();
  if (tab !== START.tab) query.set("tab", tab);
  if (where !== "") query.set("where", where);
  if (find !== "") query.set("find", find);
  if (order !== undefined) query.set("sort", orderText(order));
  if (field !== "") query.set("field", field);
  if (isRate) query.set("rate", "1");
  if (top !== START.top) query.set("top", String(top));
  if (type !== "") query.set("type", type);
  const text = query.toString();
  return `#/${id === undefined ? "" : `map/${id}`}${text === "" ? "" : `?${text}`}`;
}

/** An order as `--sort` takes it. */
export function orderText({ path, descending }: Order): string {
  return descending ? `${path}:desc` : path;
}

function parseOrder(text: string): Order | undefined {
  const [, path = "", direction] = /^(.*?)(?::(desc|asc))?$/s.exec(text) ?? [];
  return path === "" ? undefined : { path, descending: direction === "desc" };
}
