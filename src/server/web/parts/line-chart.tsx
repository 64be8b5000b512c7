import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { onTheme } from "./theme.tsx";

/** A line of a chart: a value for each time; null where there is none. */
export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

interface LineChartProps {
  /** Read out in place of the picture. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly text: (value: number) => string;
  readonly height: number;
  readonly least?: number;
  readonly most?: number;
}

/** The number of colours for lines. */
export const COLOURS = 6;

/** Lines over time. The lines' names belong beside it: the picture alone says nothing to a screen reader. */
export function LineChart({ label, times, lines, text, height, least, most }: LineChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const data = [times, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const latest = useRef({ data, text });
  latest.current = { data, text };
  const names = lines.map(({ name }) => name).join("\0");
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const draw = (): void => {
      chart.current?.destroy();
      const valueText = (value: number): string => latest.current.text(value);
      const size = { width: Math.max(100, element.clientWidth), height };
      const series = names === "" ? [] : names.split("\0");
      chart.current = new uPlot(options(element, size, series, valueText, least, most), latest.current.data, element);
    };
    draw();
    const resized = new ResizeObserver(() => {
      chart.current?.setSize({ width: Math.max(100, element.clientWidth), height });
    });
    resized.observe(element);
    const stop = onTheme(draw);
    return () => {
      stop();
      resized.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [names, height, least, most]);
  useEffect(() => chart.current?.setData(data), [data]);
  return <div class="chart" ref={place} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

function options(
  element: HTMLElement,
  size: { readonly width: number; readonly height: number },
  names: readonly string[],
  text: (value: number) => string,
  least: number | undefined,
  most: number | undefined,
): uPlot.Options {
  const colour = (name: string): string => colourOf(element, name);
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: FONT,
  };
  const range = (_: uPlot, from: number, to: number): [number, number] => {
    const low = least ?? from;
    const high = most ?? to;
    return high > low ? [low, high] : [low, low + 1];
  };
  return {
    ...size,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: { y: { range } },
    axes: [
      { ...axis, size: 24, space: 80, values: (_, ticks) => ticks.map(secondsText) },
      { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : text(tick))) },
    ],
    series: [
      {},
      ...names.map((label, i) => ({
        label,
        stroke: colour(`line-${(i % COLOURS) + 1}`),
        width: 1.5,
        spanGaps: true,
        points: { show: false },
      })),
    ],
  };
}

/** A colour of the style sheet as a canvas takes it. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const FONT = "11px ui-sans-serif, system-ui, sans-serif";

function secondsText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}
