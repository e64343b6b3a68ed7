/** Keyed lists: one row for every entry of an object in a live document. */

import { bindBelow, bindElement, type Scope } from "./bind.ts";
import { at, isObject, type Doc } from "./merge.ts";

/** The keys of `entries` in the order of the page: by number, or by a path (`-at`: greatest first). Pure. */
export function ordered(entries: Doc, sort: string | undefined): string[] {
  const keys = Object.keys(entries);
  if (!sort) return keys.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  const down = sort.startsWith("-");
  const path = down ? sort.slice(1) : sort;
  const value = (key: string): string => String(at(entries[key], path) ?? "");
  keys.sort((a, b) => value(a).localeCompare(value(b), "en", { numeric: true }));
  return down ? keys.reverse() : keys;
}

/** Adds, moves and removes rows until the list shows exactly the document's entries; rows that stay are not rebuilt. */
export function renderList(list: HTMLElement, scope: Scope): void {
  const value = scope.read(list.dataset["liveList"] ?? "");
  const entries: Doc = isObject(value) ? value : {};
  const template = list.querySelector<HTMLTemplateElement>(":scope > template");
  const rows = new Map<string, HTMLElement>();
  for (const row of Array.from(list.children)) {
    if (row instanceof HTMLElement && row.dataset["key"] !== undefined && row.tagName !== "TEMPLATE") rows.set(row.dataset["key"], row);
  }
  let added = false;
  let previous: Element | null = null;
  for (const key of ordered(entries, list.dataset["liveSort"])) {
    let row = rows.get(key);
    rows.delete(key);
    if (!row) {
      row = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
      if (!row) return;
      row.dataset["key"] = key;
      added = true;
    }
    const inPlace: boolean = row.isConnected && (previous === null || previous.nextElementSibling === row);
    if (!inPlace) {
      if (previous) previous.after(row);
      else if (template) template.after(row);
      else list.prepend(row);
    }
    previous = row;
    const entry = entries[key];
    const below: Scope = {
      ...scope, readWhenAsked: undefined,
      read: (path) => (path === "$key" ? key : path.startsWith("call.") ? scope.read(path) : at(entry, path)),
    };
    bindElement(row, below);
    bindBelow(row, below);
  }
  rows.forEach((row) => row.remove());
  // The list is scrolled, never the page: who holds a paper to the camera must not lose the picture to a message.
  if (added && list.dataset["liveFollow"] !== undefined) list.scrollTop = list.scrollHeight;
}
