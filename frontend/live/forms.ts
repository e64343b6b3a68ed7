/** Quiet forms: sent by fetch, the live document shows the outcome; refusals are written beside the field. */

const busy = new WeakSet<HTMLFormElement>();

interface Refusal { code?: string; message?: string; field?: string }

function showRefusal(form: HTMLFormElement, refusal: Refusal): void {
  const box = form.querySelector<HTMLElement>("[data-quiet-error]");
  if (box) {
    box.textContent = refusal.message ?? box.dataset["fallback"] ?? "";
    box.hidden = box.textContent === "";
  }
  const field = refusal.field ? form.elements.namedItem(refusal.field) : null;
  if (field instanceof HTMLElement) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
  form.dispatchEvent(new CustomEvent("quiet:refused", { bubbles: true, detail: refusal }));
}

function clearRefusal(form: HTMLFormElement): void {
  const box = form.querySelector<HTMLElement>("[data-quiet-error]");
  if (box) box.hidden = true;
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
}

/** The part of the page that a form stands in may have been fetched anew while its answer was under way. */
function standing(form: HTMLFormElement): HTMLFormElement {
  if (form.isConnected) return form;
  return Array.from(document.querySelectorAll<HTMLFormElement>("form[data-quiet]")).find(({ action }) => action === form.action) ?? form;
}

/** Sends the form once; resolves to true when it was accepted. A second call while one is under way does nothing. */
export async function sendQuietly(form: HTMLFormElement, submitter?: HTMLElement | null): Promise<boolean> {
  if (busy.has(form)) return false;
  busy.add(form);
  form.setAttribute("aria-busy", "true");
  clearRefusal(form);
  try {
    const body = new FormData(form);
    if (submitter instanceof HTMLButtonElement && submitter.name) body.append(submitter.name, submitter.value);
    const response = await fetch(submitter?.getAttribute("formaction") ?? form.action, {
      method: "POST", body, redirect: "manual", credentials: "same-origin",
      headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    });
    if (response.ok || response.type === "opaqueredirect") {
      if (form.dataset["quietReset"] !== undefined) form.reset();
      standing(form).dispatchEvent(new CustomEvent("quiet:done", { bubbles: true }));
      const next = form.dataset["quietGo"];
      if (next) location.assign(next);
      return true;
    }
    showRefusal(standing(form), (await response.json().catch(() => ({}))) as Refusal);
  } catch {
    showRefusal(standing(form), {}); // no network: the page's own words
  } finally {
    busy.delete(form);
    form.removeAttribute("aria-busy");
  }
  return false;
}

export function startForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset["quiet"] === undefined || event.defaultPrevented) return;
    event.preventDefault();
    void sendQuietly(form, event.submitter);
  });
}
