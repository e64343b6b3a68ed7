/** The hall's code on the board: asked for when the minute ends; gone from the screen rather than shown too long. */

const AGAIN_MS = 5_000;
const NOT_OURS_MS = 60_000;

interface Shown { code: string; left_s: number; picture: string }

function isShown(value: unknown): value is Shown {
  const found = value as Partial<Shown> | null;
  return typeof found?.code === "string" && typeof found.left_s === "number" && String(found.picture).startsWith("data:image/svg+xml");
}

/** "012345" is read and typed more surely as "012 345". Pure. */
export function grouped(code: string): string {
  return code.replace(/^(\d{3})(\d{3})$/, "$1 $2");
}

/** Milliseconds until the code is to be asked for again: just after the minute has ended, not all boards at once. Pure. */
export function nextAfter(leftS: number, random: () => number = Math.random): number {
  return Math.max(1, leftS) * 1000 + 300 + random() * 700;
}

/** `[data-hall-code="address"]` shows the code where this browser is the hall's screen, else the poster stays. */
export function startCode(): void {
  const place = document.querySelector<HTMLElement>("[data-hall-code]");
  if (!place) return;
  const picture = place.querySelector<HTMLImageElement>("[data-hall-code-picture]");
  const digits = place.querySelector<HTMLElement>("[data-hall-code-digits]");
  const poster = document.querySelector<HTMLElement>("[data-hall-poster]");
  let usedUp: number | undefined;
  const show = (shown: boolean): void => {
    place.hidden = !shown;
    if (poster) poster.hidden = shown;
  };
  const ask = async (): Promise<void> => {
    let again = AGAIN_MS;
    try {
      const answer = await fetch(place.dataset["hallCode"] ?? "", { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 404) {
        show(false);
        again = NOT_OURS_MS;
      } else if (answer.ok) {
        const found: unknown = await answer.json();
        if (isShown(found)) {
          if (picture) picture.src = found.picture;
          if (digits) digits.textContent = grouped(found.code);
          show(true);
          again = nextAfter(found.left_s);
          clearTimeout(usedUp);
          // The server takes a code for one more minute: so long may it stay when nothing can be asked.
          usedUp = window.setTimeout(() => show(false), again + 55_000);
        }
      }
    } catch { /* no network: asked again soon */ }
    window.setTimeout(() => void ask(), again);
  };
  void ask();
}
