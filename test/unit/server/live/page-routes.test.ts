import { expect, test } from "vitest";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import type { Answer } from "../../../../src/server/http/answers.ts";
import { type Route, routeOf } from "../../../../src/server/http/route.ts";
import { MapsWork } from "../../../../src/server/live/maps-work.ts";
import { type PageSite, pageRoutes } from "../../../../src/server/live/page-routes.ts";
import { OwnerNames } from "../../../../src/server/scrape/owner-names.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { numbersSample } from "../../../helpers/page-maps.ts";
import { NO_NAMES, pageOptions } from "../../../helpers/report-page.ts";

let now: MapSource | undefined = numbersSample(8, [1n, 2n]);

function site(): PageSite {
  const kernel = new FakeKernel([fakeMap(3)]);
  const clock = (): number => performance.now();
  const date = (): Date => new Date(0);
  const owners = new OwnerNames(async () => () => "agent(7)", clock);
  const view = { kernel, mounts: "/dev/null", onLimited: () => undefined };
  const { query } = pageOptions([]);
  return {
    assets: { script: "run();", style: "b{}" },
    about: { tool: "ebpf-map 0.1.0", kernel: "6.18.0", host: "h<i>" },
    maps: () => new MapsWork({ view, owners, clock, now: date, cpuShare: Number.POSITIVE_INFINITY }),
    access: {
      kernel,
      clock,
      now: date,
      around: NO_NAMES,
      find: async (id) => {
        const map = id === 8 ? now : undefined;
        return map && { label: map.label, info: map.info, origin: undefined, open: async () => now };
      },
      query: (spec) => ({ ...query, spec }),
      extras: () => ({ pins: [], owner: "agent(7)" }),
    },
  };
}

async function ask(
  url: string,
  { routes = pageRoutes(site()), headers = {}, signal = new AbortController().signal }: AskOptions = {},
): Promise<Answer> {
  const [path = "", query] = url.split("?", 2);
  const route = routeOf(routes, path) ?? expect.fail(`no route for ${path}`);
  return await route.handle({ path, query: new URLSearchParams(query), headers, signal });
}

interface AskOptions {
  readonly routes?: Route[];
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** The next message of a stream, as its name and data. */
async function next(
  stream: AsyncIterator<Uint8Array | string>,
): Promise<[name: string, data: Record<string, unknown>]> {
  const { value } = await stream.next();
  const [, name = "", data = ""] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(String(value)) ?? [];
  return [name, JSON.parse(data)];
}

function messages({ body }: Answer): AsyncIterator<Uint8Array | string> {
  if (typeof body === "string" || body instanceof Uint8Array) expect.fail("it is no stream");
  return body[Symbol.asyncIterator]();
}

test("the page has its program and style from the server alone", async () => {
  const { body, headers } = await ask("/");
  expect(body).toContain("<title>ebpf-map on h&#60;i&#62;</title>");
  expect(headers?.["content-security-policy"]).toContain("script-src 'self'");
  expect([(await ask("/page.js")).body, (await ask("/page.css")).body]).toEqual(["run();", "b{}"]);
});

test("maps come with the samples of the last minutes, then with the last", async () => {
  const routes = pageRoutes(site());
  const stream = messages(await ask("/api/live/maps", { routes }));
  const [name, data] = await next(stream);
  expect([name, data.why, (data.times as unknown[]).length]).toEqual(["maps", null, 1]);
  expect(data.maps).toMatchObject([{ id: 1, owner: "agent(7)", pins: [] }]);
  expect(JSON.parse(String((await ask("/api/maps", { routes })).body)).times).toEqual(data.times);
  await stream.return?.();
});

test("a map comes whole, then as changes, until it is gone", async () => {
  now = numbersSample(8, [1n, 2n]);
  const stream = messages(await ask("/api/live/map/8?where=value+%3E+1u"));
  const [first, whole] = await next(stream);
  expect(first).toBe("entries");
  expect(whole).toMatchObject({
    map: { id: 8 },
    head: { words: ["id", "8"] },
    entries: { rows: [{ cells: ["1", "2"] }] },
  });
  now = numbersSample(8, [1n, 7n]);
  expect(await next(stream)).toMatchObject(["changes", { rows: [{ id: 0, cells: ["1", "7"] }], removed: [] }]);
  now = undefined;
  expect(await next(stream)).toMatchObject(["changes", { entries: { state: { kind: "gone" } } }]);
  expect((await next(stream))[0]).toBe("end");
});

test("a mistake in a condition is a message with its place", async () => {
  now = numbersSample(8, [1n]);
  const [name, { message }] = await next(messages(await ask("/api/live/map/8?where=valu")));
  expect(name).toBe("mistake");
  expect(message).toContain("^^^^");
  expect(await ask("/api/map/8?where=valu")).toMatchObject({ status: 400, body: expect.stringContaining("^^^^") });
});

test("there are no maps of other names", async () => {
  expect((await ask("/api/live/map/x")).status).toBe(404);
  expect((await ask(`/api/live/map/8?where=${"1".repeat(5000)}`)).status).toBe(404);
  expect((await next(messages(await ask("/api/live/map/9"))))[1]).toEqual({ map: null, head: null, entries: null });
});

test("nothing is done for another site's page", async () => {
  const headers = { "sec-fetch-site": "cross-site" };
  for (const path of [
    "/api/maps",
    "/api/live/maps",
    "/api/live/map/8",
    "/api/map/8",
    "/api/live/events/8",
    "/api/snapshot/8",
  ])
    expect((await ask(path, { headers })).status).toBe(403);
});
