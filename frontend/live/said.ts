/**
 * What has changed in a part that came in anew. A live region that comes in with its text is not read out, and one that
 * stays would read the whole part; so a part says in `[data-said=NAME]` what a listener has to know, and that is put into
 * the page's `#said`, which was there before, when it differs from what the part said last.
 */

/** What is new in `now` against `before` (by name; what was not there before is no news), and remembers it. Pure but for that. */
export function news(before: Map<string, string>, now: Iterable<[string, string]>): string[] {
  const found: string[] = [];
  for (const [name, text] of now) {
    const was = before.get(name);
    before.set(name, text);
    if (was !== undefined && was !== text && text !== "") found.push(text);
  }
  return found;
}

const heard = new Map<string, string>();

function* spoken(): Generator<[string, string]> {
  for (const element of document.querySelectorAll<HTMLElement>("[data-said]")) {
    yield [element.dataset["said"] ?? "", (element.textContent ?? "").trim().replace(/\s+/g, " ")];
  }
}

export function startSaying(): void {
  news(heard, spoken());
  document.addEventListener("htmx:afterSwap", () => {
    const found = news(heard, spoken());
    const region = document.getElementById("said");
    if (region && found.length > 0) region.textContent = found.join(" ");
  });
}
