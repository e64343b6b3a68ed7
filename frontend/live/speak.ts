/** The hall board says the numbers: `[data-speak]` turns it on, lists with `data-speak-words` name what to say. */

const REMEMBER = "onetrip.speak";

let on = typeof localStorage !== "undefined" && localStorage.getItem(REMEMBER) === "yes";

/** What to say when a row is called: `{number}` and `{desk}` are filled in. Pure. */
export function sentence(words: string, number: string, desk: string): string {
  // Letters and digits one by one: "A012" is read out, not pronounced.
  return words.replace("{number}", Array.from(number).join(" ")).replace("{desk}", desk);
}

function speak(row: HTMLElement, words: string): void {
  if (!on || typeof speechSynthesis === "undefined" || row.dataset["state"] !== "called") return;
  const said = new SpeechSynthesisUtterance(sentence(words, row.dataset["key"] ?? "", row.dataset["desk"] ?? ""));
  said.lang = document.documentElement.lang || "zh-CN";
  said.rate = 0.9;
  speechSynthesis.speak(said);
}

/** A first call adds or fills a row, each recall raises its `data-calls`: both are seen as a change of that attribute. */
function watch(list: HTMLElement): void {
  new MutationObserver((changes) => {
    const rows = new Set(changes.map((change) => change.target).filter((row): row is HTMLElement =>
      row instanceof HTMLElement && row.parentElement === list && row.dataset["calls"] !== undefined));
    rows.forEach((row) => speak(row, list.dataset["speakWords"] ?? ""));
  }).observe(list, { subtree: true, attributes: true, attributeFilter: ["data-calls"] });
}

export function startSpeaking(): void {
  const show = (): void => document.querySelectorAll("[data-speak]").forEach((button) => button.setAttribute("aria-pressed", String(on)));
  document.querySelectorAll<HTMLElement>("[data-speak-words]").forEach(watch);
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-speak]")) return;
    on = !on;
    localStorage.setItem(REMEMBER, on ? "yes" : "no");
    if (!on && typeof speechSynthesis !== "undefined") speechSynthesis.cancel();
    show();
  });
  show();
}
