/** Charts on `[data-chart]` figures; the numbers are in the page as JSON and, for everybody, as a table. */

import uPlot from "uplot";

interface Chart { x: string[]; series: { name: string; values: (number | null)[]; unit?: string }[] }

const HEIGHT = 240;

/** Colours come from the page's tokens, so that a dark page has legible charts. */
const token = (name: string, fallback: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || fallback;

const LETTER = 12; // pixels: a Chinese character of the axis, and room beside it
/** Labels that would run into each other are left out: every first, second, third … one is shown. */
function every(chart: Chart, width: number): number {
  const longest = Math.max(1, ...chart.x.map((label) => [...label].reduce((wide, letter) => wide + (letter > "\u2e80" ? LETTER : LETTER * 0.6), LETTER)));
  return Math.max(1, Math.ceil((longest * chart.x.length) / Math.max(1, width)));
}

function options(figure: HTMLElement, chart: Chart): uPlot.Options {
  const colours = [token("--chart-1", "#1261a6"), token("--chart-2", "#c2570c"), token("--chart-3", "#2c7a4b"), token("--chart-4", "#7a3e9d")];
  const text = token("--ink-2", "#55606b"), grid = token("--line", "#e3e6ea");
  const bars = figure.dataset["chart"] === "bars";
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return {
    width: figure.clientWidth || 600,
    height: HEIGHT,
    scales: { x: { time: false, ...(bars ? { range: () => [-0.6, chart.x.length - 0.4] as [number, number] } : {}) }, y: { range: (_u, low, high) => [Math.min(0, low), high * 1.1 || 1] } },
    axes: [
      { ...axis, grid: { show: false }, splits: (plot, _i, low, high) => chart.x.map((_, i) => i).filter((i) => i >= low && i <= high && i % every(chart, plot.width) === 0), values: (_u, splits) => splits.map((i) => chart.x[i] ?? ""), space: 40 },
      { ...axis, values: (_u, splits) => splits.map((value) => `${value}${chart.series[0]?.unit ?? ""}`) },
    ],
    series: [
      { value: (_u, i) => chart.x[i] ?? "" },
      ...chart.series.map((series, i): uPlot.Series => ({
        label: series.name,
        stroke: colours[i % colours.length] as string,
        width: 2,
        value: (_u, value) => (value === null ? "—" : `${value}${series.unit ?? ""}`),
        ...(bars && uPlot.paths.bars ? { fill: `${colours[i % colours.length]}cc`, paths: uPlot.paths.bars({ size: [0.6, 48] }), points: { show: false } } : {}),
      })),
    ],
  };
}

function draw(figure: HTMLElement): void {
  const source = document.querySelector(figure.dataset["src"] ?? "")?.textContent;
  if (!source) return;
  const chart = JSON.parse(source) as Chart;
  const holder = document.createElement("div");
  holder.setAttribute("aria-hidden", "true"); // the table beside it says the same
  figure.prepend(holder);
  const columns: uPlot.AlignedData = [chart.x.map((_, i) => i), ...chart.series.map((series) => series.values)];
  const plot = new uPlot(options(figure, chart), columns, holder);
  new ResizeObserver(() => { if (figure.clientWidth) plot.setSize({ width: figure.clientWidth, height: HEIGHT }); }).observe(figure);
}

export function startCharts(): void {
  document.querySelectorAll<HTMLElement>("[data-chart]").forEach(draw);
}
