/** Small improvements of plain pages: copy, print, share, position, dialogs, keys. Each works without them, too. */

async function copy(text: string, button: HTMLElement): Promise<void> {
  await navigator.clipboard?.writeText(text);
  button.dataset["copied"] = "";
  setTimeout(() => delete button.dataset["copied"], 2000);
}

function locate(button: HTMLElement): void {
  const form = button.closest<HTMLFormElement>("[data-locate]");
  if (!form) return;
  const refused = (): void => document.querySelectorAll<HTMLElement>("[data-locate-refused]").forEach((element) => { element.hidden = false; });
  if (!navigator.geolocation) { refused(); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    for (const name of ["latitude", "longitude"] as const) {
      const input = form.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = coords[name].toFixed(6);
    }
    form.requestSubmit();
  }, refused, { timeout: 8000, maximumAge: 300_000 });
}

function clicked(event: Event): void {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy],[data-print],[data-share],[data-dialog],[data-close],[data-action=locate]") : null;
  if (!target) return;
  const set = target.dataset;
  if (set["copy"] !== undefined) void copy(set["copy"], target);
  else if (set["print"] !== undefined) print();
  else if (set["share"] !== undefined) {
    const url = new URL(set["share"], location.href).href;
    if (navigator.share) void navigator.share({ title: document.title, url }).catch(() => undefined);
    else void copy(url, target);
  } else if (set["dialog"] !== undefined) document.querySelector<HTMLDialogElement>(`dialog#${CSS.escape(set["dialog"])}`)?.showModal();
  else if (set["close"] !== undefined) target.closest("dialog")?.close();
  else if (set["action"] === "locate") locate(target);
}

/** `ctrl+Enter`, `F2`, `a`: the name of the pressed key in the words of `data-key`. Pure. */
export function keyName(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">): string {
  return (event.ctrlKey || event.metaKey ? "ctrl+" : "") + (event.altKey ? "alt+" : "") + event.key;
}

function pressed(event: KeyboardEvent): void {
  const name = keyName(event);
  const typing = event.target instanceof HTMLElement && event.target.matches("input:not([type=radio]):not([type=checkbox]),textarea,select,[contenteditable]");
  if (event.repeat || event.isComposing || (typing && !/^(ctrl|alt)\+|^F\d/.test(name))) return;
  for (const element of Array.from(document.querySelectorAll<HTMLElement>("[data-key]:is(button,a,form,summary)"))) {
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

export function startSmall(): void { document.addEventListener("click", clicked); }
