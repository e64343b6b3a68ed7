/** Writes live documents into the page, by the `data-live-…` attributes that frontend/README.md describes. */

import type { LiveClient } from "./client.ts";
import { derive, type Around } from "./derive.ts";
import { at, holds, isObject, same, type Doc, type Json } from "./merge.ts";
import { renderList } from "./list.ts";
import { chime } from "./sound.ts";

export type Read = (path: string) => Json | undefined;

/** What a binding may read: `ready` is false until the topic's first snapshot, when only local (`call.…`) paths count. */
export interface Scope {
  read: Read;
  ready: boolean;
  topicChanged: boolean;
  /** What was read when a part was asked for that has come in now; undefined for what was there before. */
  readWhenAsked?: ((element: Element) => Read | undefined) | undefined;
}

const cityTime = new Intl.DateTimeFormat(document.documentElement.lang || "zh", {
  hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
});
const wasTrue = new WeakMap<Element, boolean>();
const watched = new WeakMap<Element, Json[]>();
const clocks = new Map<HTMLElement, { iso: string; down: boolean }>();
let serverAhead = 0; // ms the server's clock is ahead of ours

export function setServerTime(now: number): void { serverAhead = now - Date.now(); }

const setText = (element: Element, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

function tick(element: HTMLElement, iso: string, down: boolean): void {
  const apart = (Date.parse(iso) - Date.now() - serverAhead) / 1000;
  const seconds = Math.max(0, down ? Math.ceil(apart) : Math.floor(-apart));
  const spoken = down ? String(seconds) : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  setText(element, spoken);
}

setInterval(() => {
  for (const [element, { iso, down }] of clocks) {
    if (element.isConnected) tick(element, iso, down);
    else clocks.delete(element);
  }
}, 1000);

function bindClock(element: HTMLElement, path: string, down: boolean, read: Read): void {
  const iso = /^\d{4}-/.test(path) ? path : read(path);
  if (typeof iso !== "string") { clocks.delete(element); setText(element, element.dataset["liveEmpty"] ?? ""); return; }
  clocks.set(element, { iso, down });
  tick(element, iso, down);
}

function bindText(element: HTMLElement, path: string, read: Read): void {
  const value = read(path);
  if (value === undefined || value === null || value === "") { setText(element, element.dataset["liveEmpty"] ?? ""); return; }
  const words = element.dataset["liveWords"];
  const word = words ? (JSON.parse(words) as Record<string, string>)[String(value)] : undefined;
  setText(element, word ?? String(value));
}

const UNSAFE_ATTRIBUTE = /^(on|style$|srcdoc$|formaction$|hx-|data-live)/i;
const ADDRESS = /^(href|src|action|poster)$/i;

/** The value of `name=spec` for the page: undefined removes the attribute. */
export function attributeValue(name: string, spec: string, read: Read): string | undefined {
  if (UNSAFE_ATTRIBUTE.test(name)) return undefined;
  if (!spec.includes("{")) {
    const value = read(spec);
    if (value === undefined || value === null || value === false || isObject(value)) return undefined;
    return ADDRESS.test(name) && !/^\/(?!\/)/.test(String(value)) ? undefined : String(value);
  }
  let whole = true;
  const text = spec.replace(/\{([^}]+)\}/g, (_all, path: string) => {
    const value = read(path);
    if (value === undefined || value === null || value === "") whole = false;
    return encodeURIComponent(String(value));
  });
  return whole ? text : undefined;
}

function bindAttributes(element: HTMLElement, specs: string, read: Read): void {
  for (const spec of specs.split(";")) {
    const equals = spec.indexOf("=");
    const name = spec.slice(0, equals).trim();
    if (equals < 1) continue;
    const value = attributeValue(name, spec.slice(equals + 1).trim(), read);
    if (value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

/** True only when the condition has become true since the last look. */
function became(element: Element, condition: string, read: Read, atFirst: boolean): boolean {
  const now = holds(condition, read);
  const before = wasTrue.get(element) ?? !atFirst;
  wasTrue.set(element, now);
  return now && !before;
}

const readAll = (paths: string, read: Read): Json[] => paths.split(",").map((path) => read(path.trim()) ?? null);

/** A part that came in was written at some moment after it was asked for: what has changed since may be missing in it. */
function bindTrigger(element: HTMLElement, paths: string, scope: Scope): void {
  const values = readAll(paths, scope.read);
  const asked = scope.readWhenAsked?.(element);
  const before = watched.get(element) ?? (asked && readAll(paths, asked));
  watched.set(element, values);
  const changed = before ? !same(before, values) : scope.topicChanged;
  if (changed) element.dispatchEvent(new CustomEvent("live:change", { bubbles: false }));
}

const localOnly = (text: string): boolean => text.split(/[;=]/).every((part) => /^\s*!?(call\.|$)/.test(part));

/** Applies the bindings of one element. */
export function bindElement(element: HTMLElement, scope: Scope): void {
  const { read, ready } = scope;
  const set = element.dataset;
  const may = (text: string | undefined): text is string => text !== undefined && (ready || localOnly(text));
  if (may(set["liveText"])) bindText(element, set["liveText"], read);
  if (may(set["liveShow"])) {
    const hide = !holds(set["liveShow"], read);
    if (element.hidden !== hide) element.hidden = hide;
  }
  if (may(set["liveDisabled"])) (element as HTMLButtonElement).disabled = holds(set["liveDisabled"], read);
  if (!ready) return;
  if (set["liveAttr"] !== undefined) bindAttributes(element, set["liveAttr"], read);
  if (set["liveTime"] !== undefined) {
    const iso = read(set["liveTime"]);
    setText(element, typeof iso === "string" ? cityTime.format(new Date(iso)) : "");
    if (typeof iso === "string") element.setAttribute("datetime", iso);
  }
  if (set["liveMinutes"] !== undefined) {
    const seconds = read(set["liveMinutes"]);
    setText(element, seconds === undefined ? (set["liveEmpty"] ?? "") : String(Math.ceil(Number(seconds) / 60)));
  }
  if (set["liveLeft"] !== undefined) bindClock(element, set["liveLeft"], true, read);
  if (set["liveSince"] !== undefined) bindClock(element, set["liveSince"], false, read);
  if (set["liveTrigger"] !== undefined) bindTrigger(element, set["liveTrigger"], scope);
  if (set["liveChime"] !== undefined && became(element, set["liveChime"], read, false)) chime();
  if (set["liveGo"] !== undefined && became(element, set["liveGo"], read, true)) location.assign(set["liveUrl"] ?? location.href);
}

/** Applies the bindings of everything under `parent` that belongs to the same topic. */
export function bindBelow(parent: Element, scope: Scope): void {
  for (const child of Array.from(parent.children)) {
    if (!(child instanceof HTMLElement) || child.dataset["topic"] !== undefined) continue;
    bindElement(child, scope);
    if (child.dataset["liveList"] !== undefined) { if (scope.ready) renderList(child, scope); }
    else bindBelow(child, scope);
  }
}

/** The documents as they were when a part of the page was asked for. */
type Held = ReadonlyMap<string, Doc>;

export class Bindings {
  private local: Doc = {};
  private seen = new Set<string>();
  private asked = new WeakMap<object, Held>(); // by request, until its answer is in the page
  private born = new WeakMap<Element, Held>(); // by element that came in with an answer

  constructor(private readonly client: LiveClient) {
    client.onChange((topic) => (topic.startsWith("line:") ? this.renderLines() : this.render(topic)));
    setInterval(() => this.renderLines(), 15_000); // a wait gets shorter by itself
    client.onMessage((message) => {
      if (message.op === "snapshot" && typeof message.now === "number") setServerTime(message.now);
      if (message.op === "refused") this.containers(message.topic).forEach((element) => { element.dataset["refused"] = message.code; });
    });
    new MutationObserver((changes) => {
      if (changes.some((change) => Array.from(change.addedNodes).some((node) => node instanceof HTMLElement))) this.scan();
    }).observe(document.body, { childList: true, subtree: true });
    document.addEventListener("htmx:beforeRequest", (event) => this.noteAsked(event as CustomEvent<{ xhr?: object }>));
    // Not before it has settled: until then htmx does not hear what the new part says.
    document.addEventListener("htmx:afterSettle", (event) => this.noteBorn(event as CustomEvent<{ xhr?: object }>));
    this.scan();
  }

  private noteAsked(event: CustomEvent<{ xhr?: object }>): void {
    const held = new Map(Array.from(this.client.held, ([topic, { doc }]) => [topic, doc]));
    if (event.detail.xhr) this.asked.set(event.detail.xhr, held);
  }

  private noteBorn(event: CustomEvent<{ xhr?: object }>): void {
    const held = event.detail.xhr && this.asked.get(event.detail.xhr);
    if (!held || !(event.target instanceof Element)) return;
    for (const element of [event.target, ...event.target.querySelectorAll("[data-live-trigger]")]) {
      this.born.set(element, held);
      watched.delete(element);
    }
    this.renderAll();
  }

  /** Sets a document that lives in this page only, read as `name.…` by every binding. */
  setLocal(name: string, doc: Doc): void {
    if (same(this.local[name], doc)) return;
    this.local = { ...this.local, [name]: doc };
    this.renderAll();
  }

  scan(): void {
    document.querySelectorAll<HTMLElement>("[data-topic]").forEach((element) => {
      const topic = element.dataset["topic"];
      if (topic) this.client.subscribe(topic);
    });
    this.renderAll();
  }

  private containers(topic: string): HTMLElement[] {
    return Array.from(document.querySelectorAll<HTMLElement>("[data-topic]")).filter((element) => element.dataset["topic"] === topic);
  }

  private renderAll(): void {
    const topics = new Set(Array.from(document.querySelectorAll<HTMLElement>("[data-topic]"), (element) => element.dataset["topic"] ?? ""));
    topics.forEach((topic) => this.render(topic));
  }

  /** The lines that this page follows depend on each other: their posts are partly the same. */
  private renderLines(): void {
    for (const topic of this.client.held.keys()) if (topic.startsWith("line:")) this.render(topic);
  }

  private around(topic: string): Around {
    const others = Array.from(this.client.held).filter(([name]) => name.startsWith("line:") && name !== topic);
    return { lines: Object.fromEntries(others.map(([name, { doc }]) => [name, doc])), now: Date.now() + serverAhead };
  }

  private render(topic: string): void {
    const held = this.client.held.get(topic);
    const first = held !== undefined && !this.seen.has(topic);
    if (held) this.seen.add(topic);
    for (const element of this.containers(topic)) {
      const rank = element.closest<HTMLElement>("[data-rank]")?.dataset["rank"];
      const line = element.closest<HTMLElement>("[data-line]")?.dataset["line"];
      const own = { rank: rank ? Number(rank) : undefined, line };
      const readOf = (doc: Doc): Read => (path) => {
        if (path === "*") return doc;
        return at((path.split(".", 1)[0] ?? "") in this.local ? this.local : doc, path);
      };
      const derived = (doc: Doc): Doc => derive(topic, doc, own, this.around(topic));
      const read = readOf(held ? derived(held.doc) : {});
      const readWhenAsked = (part: Element): Read | undefined => {
        const then = this.born.get(part)?.get(topic);
        return then && readOf(derived(then));
      };
      const rendered = element.dataset["seq"];
      const scope: Scope = { read, ready: held !== undefined, topicChanged: first && rendered !== String(held?.seq), readWhenAsked };
      bindElement(element, scope);
      bindBelow(element, scope);
    }
  }
}
