/** The officer's drawing board: tools, strokes by pointer, every change sent at once so that the citizen sees it. */

import { sendQuietly } from "../live/forms.ts";
import { draw, drawnOf, quarter, stroke, turnedSize, type Crop, type Drawn, type Mark, type Point, type Size } from "./marks.ts";

const MOST = 12;

class Board {
  private drawn: Drawn;
  private readonly size: Size;
  private tool = "circle";
  private from: Point | undefined;
  private dirty = false;

  constructor(private readonly form: HTMLFormElement, private readonly svg: SVGSVGElement) {
    this.size = { width: Number(form.dataset["width"]), height: Number(form.dataset["height"]) };
    const field = (name: string): string => this.field(name)?.value ?? "";
    this.drawn = drawnOf({ turned: Number(field("turned")), crop: JSON.parse(field("crop") || "null"), marks: JSON.parse(field("marks") || "[]") });
    svg.addEventListener("pointerdown", (event) => { this.from = this.spot(event); svg.setPointerCapture(event.pointerId); });
    svg.addEventListener("pointermove", (event) => { if (this.from) this.show(this.made(event)); });
    svg.addEventListener("pointerup", (event) => this.finish(event));
    svg.addEventListener("pointercancel", () => { this.from = undefined; this.show(); });
    form.addEventListener("click", (event) => this.clicked(event));
    this.show();
  }

  private field(name: string): HTMLInputElement | null { return this.form.querySelector<HTMLInputElement>(`input[name=${name}]`); }

  private spot(event: PointerEvent): Point {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM()?.inverse());
    const { width, height } = turnedSize(this.size, this.drawn.turned);
    return { x: Math.min(1, Math.max(0, at.x / width)), y: Math.min(1, Math.max(0, at.y / height)) };
  }

  private made(event: PointerEvent): Drawn {
    const made = this.from && stroke(this.tool, this.from, this.spot(event), turnedSize(this.size, this.drawn.turned));
    if (!made) return this.drawn;
    if (this.tool === "crop") return { ...this.drawn, crop: made as Crop };
    return this.drawn.marks.length < MOST ? { ...this.drawn, marks: [...this.drawn.marks, made as Mark] } : this.drawn;
  }

  private finish(event: PointerEvent): void {
    const made = this.made(event);
    this.from = undefined;
    if (made === this.drawn) this.show();
    else this.become(made);
  }

  private clicked(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-tool],[data-do]") : null;
    if (!button) return;
    if (button.dataset["tool"]) { this.tool = button.dataset["tool"]; this.show(); return; }
    const acts: Record<string, () => Drawn> = {
      turn: () => quarter(this.drawn, turnedSize(this.size, this.drawn.turned)),
      undo: () => ({ ...this.drawn, marks: this.drawn.marks.slice(0, -1) }),
      whole: () => ({ ...this.drawn, crop: null }),
      show: () => this.drawn,
    };
    const act = acts[button.dataset["do"] ?? ""];
    if (act) this.become(act());
  }

  private become(drawn: Drawn): void {
    this.drawn = drawn;
    this.show();
    for (const [name, value] of [["turned", String(drawn.turned)], ["crop", drawn.crop ? JSON.stringify(drawn.crop) : ""], ["marks", JSON.stringify(drawn.marks)]] as const) {
      const field = this.field(name);
      if (field) field.value = value;
    }
    void this.send();
  }

  /** One after the other; of what was drawn meanwhile only the last state. */
  private async send(): Promise<void> {
    if (this.dirty) return;
    this.dirty = true;
    while (this.form.getAttribute("aria-busy") === "true") await new Promise((resolve) => setTimeout(resolve, 50));
    this.dirty = false;
    const { marks, turned } = this.drawn;
    await sendQuietly(this.form);
    this.say(marks.length, turned);
  }

  /** What cannot be seen is heard: what the citizen sees now. */
  private say(marks: number, turned: number): void {
    const region = this.form.querySelector<HTMLElement>("[data-board-said]");
    if (region) region.textContent = (region.dataset["boardSaid"] ?? "").replace("{marks}", String(marks)).replace("{turned}", String(turned));
  }

  private show(drawn: Drawn = this.drawn): void {
    draw(this.svg, this.form.dataset["picture"] ?? "", this.size, drawn, true);
    this.form.querySelectorAll<HTMLElement>("[data-tool]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset["tool"] === this.tool)));
  }
}

export function startMarker(): void {
  const boards = new WeakSet<Element>();
  const look = (): void => document.querySelectorAll<HTMLFormElement>("form[data-marker]").forEach((form) => {
    const svg = form.querySelector<SVGSVGElement>("svg[data-board]");
    if (!svg || boards.has(form)) return;
    boards.add(form);
    new Board(form, svg);
  });
  look();
  document.addEventListener("htmx:load", look);
}
