/** Small improvements of plain pages: copy, print, share, position, dialogs. Each works without them, too. */

import { isInWeChat, positionInWeChat, scanInWeChat, showWhatIsInside } from "./inside";

async function copy(text: string, button: HTMLElement): Promise<void> {
  await navigator.clipboard?.writeText(text);
  button.dataset["copied"] = "";
  setTimeout(() => delete button.dataset["copied"], 2000);
}

function locate(button: HTMLElement): void {
  const form = button.closest<HTMLFormElement>("[data-locate]");
  if (!form) return;
  const refused = (): void => document.querySelectorAll<HTMLElement>("[data-locate-refused]").forEach((element) => { element.hidden = false; });
  const found = (place: { latitude: number; longitude: number }): void => {
    for (const name of ["latitude", "longitude"] as const) {
      const input = form.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = place[name].toFixed(6);
    }
    form.requestSubmit();
  };
  const askBrowser = (): void => {
    if (!navigator.geolocation) { refused(); return; }
    navigator.geolocation.getCurrentPosition(({ coords }) => found(coords), refused, { timeout: 8000, maximumAge: 300_000 });
  };
  if (isInWeChat()) positionInWeChat().then(found, askBrowser);
  else askBrowser();
}

function clicked(event: Event): void {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy],[data-print],[data-share],[data-dialog],[data-close],[data-action=locate],[data-action=scan]") : null;
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
  else if (set["action"] === "scan") scanInWeChat().catch(() => { target.hidden = true; });
}

/** `[data-return="/address"][data-return-after="30"]`: nobody touches it any more, so the machine goes back to its first page, if that answers. */
function startReturn(): void {
  const place = document.querySelector<HTMLElement>("[data-return]");
  if (!place) return;
  const address = place.dataset["return"] ?? "/";
  const after = Number(place.dataset["returnAfter"] ?? "60") * 1000;
  let timer: number | undefined;
  const go = async (): Promise<void> => {
    try {
      if ((await fetch(address, { cache: "no-store" })).ok) { location.assign(address); return; }
    } catch { /* no network: this page stays, and tries again */ }
    timer = window.setTimeout(() => void go(), 10_000);
  };
  const begin = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void go(), after);
  };
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, begin);
  begin();
}

export function startSmall(): void {
  showWhatIsInside();
  document.addEventListener("click", clicked);
  startReturn();
}
