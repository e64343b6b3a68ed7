/**
 * Paying inside WeChat. What WeChat answers here is shown and believed by nobody: whether it is paid is known from the
 * provider's notice, or from asking it.
 */

import { sendQuietly } from "./forms.ts";

export type Outcome = "ok" | "cancel" | "fail";
export interface Bridge {
  invoke(name: "getBrandWCPayRequest", wish: Record<string, string>, then: (answer: { err_msg?: string }) => void): void;
}
interface Inside extends EventTarget { WeixinJSBridge?: Bridge }

const BRIDGE_WITHIN_MS = 4000;

/** What one of WeChat's words means; a word that we do not know is a failure. */
export function outcomeOf(word: string | undefined): Outcome {
  const found = /^get_brand_wcpay_request:(ok|cancel)$/.exec(word ?? "");
  return found ? (found[1] as Outcome) : "fail";
}

/** WeChat's bridge, which comes some time after the page; rejected where there is none. */
export function bridge(inside: Inside, announced: EventTarget, withinMs = BRIDGE_WITHIN_MS): Promise<Bridge> {
  if (inside.WeixinJSBridge) return Promise.resolve(inside.WeixinJSBridge);
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error("no bridge")), withinMs);
    announced.addEventListener("WeixinJSBridgeReady", () => {
      clearTimeout(timer);
      if (inside.WeixinJSBridge) done(inside.WeixinJSBridge); else failed(new Error("no bridge"));
    }, { once: true });
  });
}

function show(name: string, text?: string): void {
  document.querySelectorAll<HTMLElement>("[data-pay-said]").forEach((element) => {
    element.hidden = element.dataset["paySaid"] !== name;
    if (!element.hidden && text) element.textContent = text;
  });
}

/** What the bridge is to be given, signed by the server; null when it said no, which is shown then. */
async function parametersFor(form: HTMLFormElement): Promise<Record<string, string> | null> {
  const response = await fetch(form.action, {
    method: "POST", body: new FormData(form), credentials: "same-origin", headers: { Accept: "application/json" },
  });
  if (response.ok) return (await response.json()) as Record<string, string>;
  const refusal = (await response.json().catch(() => ({}))) as { message?: string };
  show("refused", refusal.message);
  return null;
}

async function pay(form: HTMLFormElement): Promise<void> {
  show("");
  const parameters = await parametersFor(form);
  if (!parameters) return;
  const wechat = await bridge(window as Inside, document);
  const outcome = await new Promise<Outcome>((done) => {
    wechat.invoke("getBrandWCPayRequest", parameters, (answer) => done(outcomeOf(answer.err_msg)));
  });
  show(outcome);
  const asked = document.querySelector<HTMLFormElement>("form[data-pay-asked]");
  if (outcome === "ok" && asked) await sendQuietly(asked); // the page follows the errand and changes by itself
}

export function startPaying(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset["payInWechat"] === undefined) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    pay(form).catch(() => show("fail")).finally(() => form.removeAttribute("aria-busy"));
  });
}
