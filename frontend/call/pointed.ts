/** The citizen's side of the officer's drawing board: the picture drawn on last, as the officer sees it. */

import type { LivePage } from "../live/page.ts";
import { at, type Doc } from "../live/merge.ts";
import { draw, drawnOf } from "./marks.ts";

const figures = (): HTMLElement[] => Array.from(document.querySelectorAll<HTMLElement>("[data-pointed]"));

/** A picture's size is its own to say: it is asked once. */
const sizes = new Map<string, Promise<{ width: number; height: number }>>();

function sizeOf(url: string): Promise<{ width: number; height: number }> {
  const known = sizes.get(url);
  if (known) return known;
  const asked = (async () => {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    return { width: picture.naturalWidth, height: picture.naturalHeight };
  })();
  sizes.set(url, asked);
  asked.catch(() => sizes.delete(url));
  return asked;
}

async function show(figure: HTMLElement, doc: Doc): Promise<void> {
  const id = String(doc["pointed"] ?? ""), entry = at(doc, `marked.${id}`);
  const svg = figure.querySelector<SVGSVGElement>("svg.drawn");
  if (!svg || !id || entry === undefined) { figure.hidden = true; return; }
  const url = (figure.dataset["pointed"] ?? "").replace("PAPER", encodeURIComponent(id));
  const size = await sizeOf(url).catch(() => undefined);
  if (!size) { figure.hidden = true; return; }
  const drawn = drawnOf(entry), first = figure.hidden;
  draw(svg, url, size, drawn);
  figure.hidden = false;
  figure.querySelectorAll<HTMLElement>("[data-pointed-count]").forEach((element) => { element.textContent = String(drawn.marks.length); });
  figure.querySelectorAll<HTMLElement>("[data-pointed-marks]").forEach((element) => { element.hidden = drawn.marks.length === 0; });
  if (first) figure.scrollIntoView({ block: "nearest" });
}

/** What was drawn before the page was opened is there to be read; only what is drawn from now on is said. */
function saidFromNowOn(figure: HTMLElement): void {
  figure.closest("[data-pointed-said]")?.setAttribute("aria-live", "polite");
}

export function startPointed(page: LivePage): void {
  const look = (topic: string, doc: Doc): void => figures().forEach((figure) => {
    if (figure.dataset["case"] === topic) void show(figure, doc).then(() => saidFromNowOn(figure));
  });
  page.client.onChange(look);
  for (const [topic, { doc }] of page.client.held) look(topic, doc);
}
