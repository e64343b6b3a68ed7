/** What an officer draws on a picture: turned by quarters, cut to a part, circles and arrows. Shares of the turned picture, 0 to 1. */

export interface Circle { x: number; y: number; r: number }
export interface Arrow { x: number; y: number; to_x: number; to_y: number }
export type Mark = Circle | Arrow;
export interface Crop { x: number; y: number; width: number; height: number }
export interface Drawn { turned: number; crop: Crop | null; marks: Mark[] }
export interface Size { width: number; height: number }
export interface Point { x: number; y: number }

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.02;
const share = (value: number): number => Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000));

/** The picture's size once it is turned. Pure. */
export const turnedSize = (size: Size, turned: number): Size => (turned % 180 ? { width: size.height, height: size.width } : size);

/** The same marks after a quarter turn clockwise. `size`: of the picture as it is turned now. Pure. */
export function quarter({ turned, crop, marks }: Drawn, size: Size): Drawn {
  const round = (x: number, y: number): Point => ({ x: share(1 - y), y: share(x) });
  return {
    turned: (turned + 90) % 360,
    crop: crop && { ...round(crop.x, crop.y + crop.height), width: crop.height, height: crop.width },
    marks: marks.map((mark) => {
      const at = round(mark.x, mark.y);
      if ("r" in mark) return { ...at, r: share(mark.r * size.width / size.height) };
      const to = round(mark.to_x, mark.to_y);
      return { ...at, to_x: to.x, to_y: to.y };
    }),
  };
}

/** What a stroke with this tool makes; undefined: too small to be meant. Pure. */
export function stroke(tool: string, from: Point, to: Point, size: Size): Mark | Crop | undefined {
  const across = (to.x - from.x) * size.width, down = (to.y - from.y) * size.height;
  const long = Math.hypot(across, down) / size.width;
  if (long < SMALLEST) return undefined;
  if (tool === "arrow") return { x: share(from.x), y: share(from.y), to_x: share(to.x), to_y: share(to.y) };
  if (tool === "circle") return { x: share((from.x + to.x) / 2), y: share((from.y + to.y) / 2), r: share(long / 2) };
  const crop = { x: share(Math.min(from.x, to.x)), y: share(Math.min(from.y, to.y)), width: share(Math.abs(to.x - from.x)), height: share(Math.abs(to.y - from.y)) };
  return Math.min(crop.width, crop.height) < 0.05 ? undefined : crop;
}

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function shapeOf(mark: Mark, { width, height }: Size): SVGElement {
  if ("r" in mark) return shape("circle", { cx: mark.x * width, cy: mark.y * height, r: mark.r * width, class: "mark" });
  const from = { x: mark.x * width, y: mark.y * height }, to = { x: mark.to_x * width, y: mark.to_y * height };
  const angle = Math.atan2(to.y - from.y, to.x - from.x), head = width / 30;
  const wing = (side: number): string => `${to.x - head * Math.cos(angle + side)},${to.y - head * Math.sin(angle + side)}`;
  return shape("path", { d: `M${from.x},${from.y}L${to.x},${to.y}M${wing(0.5)}L${to.x},${to.y}L${wing(-0.5)}`, class: "mark" });
}

/** Draws the picture as the officer sees it, marks and all. `whole`: with the crop shown as a frame, for editing. */
export function draw(svg: SVGSVGElement, url: string, size: Size, { turned, crop, marks }: Drawn, whole = false): void {
  const seen = turnedSize(size, turned), { width, height } = seen;
  const part = whole || !crop ? { x: 0, y: 0, width: 1, height: 1 } : crop;
  svg.setAttribute("viewBox", [part.x * width, part.y * height, part.width * width, part.height * height].join(" "));
  const spot = `translate(${width / 2} ${height / 2}) rotate(${turned}) translate(${-size.width / 2} ${-size.height / 2})`;
  const picture = svg.querySelector("image") ?? shape("image", { href: url });
  if (picture.getAttribute("href") !== url) picture.setAttribute("href", url);
  for (const [key, value] of Object.entries({ width: size.width, height: size.height, transform: spot })) picture.setAttribute(key, String(value));
  const frame = whole && crop ? [shape("rect", { x: crop.x * width, y: crop.y * height, width: crop.width * width, height: crop.height * height, class: "crop" })] : [];
  svg.replaceChildren(picture, ...frame, ...marks.map((mark) => shapeOf(mark, seen)));
  // One width on the screen whatever the picture's size: a share of what is seen.
  svg.setAttribute("stroke-width", String(Math.max(part.width * width, part.height * height) / 160));
}

/** What stands in a live document, read with care. Pure. */
export function drawnOf(entry: unknown): Drawn {
  const { turned, crop, marks } = (entry ?? {}) as Partial<Drawn>;
  return { turned: Number(turned ?? 0), crop: crop ?? null, marks: Array.isArray(marks) ? marks : [] };
}
