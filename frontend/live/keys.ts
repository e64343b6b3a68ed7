/** Keys: every button that carries `data-key` is pressed by it; `?` lists them all. */

/** `ctrl+Enter`, `F2`, `a`: the name of the pressed key in the words of `data-key`. Pure. */
export function keyName(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">): string {
  return (event.ctrlKey || event.metaKey ? "ctrl+" : "") + (event.altKey ? "alt+" : "") + event.key;
}

/** What a button is called, without the drawn key. */
function nameOf(element: HTMLElement): string {
  const label = element.getAttribute("aria-label");
  if (label) return label;
  const copy = element.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("kbd, [hidden], svg").forEach((part) => part.remove());
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** Lists every key of the page, as it stands on its buttons: the list cannot forget one. */
function showKeys(): void {
  const box = document.querySelector<HTMLDialogElement>("dialog#keys");
  const list = box?.querySelector<HTMLElement>("[data-keys-list]");
  if (!box || !list || box.open) return;
  const seen = new Map<string, HTMLElement>();
  for (const element of Array.from(document.querySelectorAll<HTMLElement>("[data-key]:is(button,a,summary)"))) {
    const id = `${element.dataset["key"]} ${nameOf(element)}`;
    if (!seen.has(id) || element.checkVisibility()) seen.set(id, element);
  }
  const rows = Array.from(seen.values(), (element) => {
    const row = document.createElement("div"), key = document.createElement("dt"), what = document.createElement("dd");
    const cap = document.createElement("kbd");
    cap.textContent = (element.dataset["key"] ?? "").toUpperCase();
    key.append(cap);
    what.textContent = nameOf(element) + (element.checkVisibility() ? "" : ` (${list.dataset["later"] ?? ""})`);
    row.append(key, what);
    return row;
  });
  list.replaceChildren(...rows);
  box.showModal();
}

function pressed(event: KeyboardEvent): void {
  const name = keyName(event);
  const typing = event.target instanceof HTMLElement && event.target.matches("input:not([type=radio]):not([type=checkbox]),textarea,select,[contenteditable]");
  if (event.repeat || event.isComposing || (typing && !/^(ctrl|alt)\+|^F\d/.test(name))) return;
  if (name === "?") { event.preventDefault(); showKeys(); return; }
  const within: ParentNode = document.querySelector("dialog:modal") ?? document; // what lies under a dialog is out of reach
  for (const element of Array.from(within.querySelectorAll<HTMLElement>("[data-key]:is(button,a,form,summary)"))) {
    if (element.dataset["key"]?.toLowerCase() !== name.toLowerCase() || !element.checkVisibility() || element.closest("[inert]")) continue;
    event.preventDefault();
    if (element instanceof HTMLFormElement) element.requestSubmit();
    else element.click();
    return;
  }
}

export function startKeys(): void {
  addEventListener("keydown", pressed);
  const announce = (): void => document.querySelectorAll<HTMLElement>("[data-key]:is(button,a)").forEach((element) => {
    element.setAttribute("aria-keyshortcuts", (element.dataset["key"] ?? "").replace("ctrl", "Control").replace("alt", "Alt"));
  });
  announce();
  document.addEventListener("htmx:load", announce);
}
