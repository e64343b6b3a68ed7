/**
 * The sample city's own `WeixinJSBridge`, on pages of the sample city only: inside WeChat the bridge is part of the
 * phone. Its sheet is a window of the sample WeChat Pay, which believes what the merchant has signed and nothing else.
 */

import type { Bridge } from "../live/pay.ts";

const cashier = document.currentScript?.dataset["cashier"];

function ask(wish: Record<string, string>, then: (answer: { err_msg?: string }) => void): void {
  const sheet = window.open(`${cashier}/bridge?${new URLSearchParams(wish)}`, "wechat-pay", "popup,width=400,height=640");
  if (!sheet) { then({ err_msg: "get_brand_wcpay_request:fail" }); return; }
  const end = (word: string): void => {
    clearInterval(watch);
    removeEventListener("message", heard);
    then({ err_msg: word });
  };
  const heard = (event: MessageEvent<{ err_msg?: string }>): void => {
    if (event.source === sheet) end(event.data.err_msg ?? "");
  };
  // Whoever closes the sheet has cancelled.
  const watch = window.setInterval(() => { if (sheet.closed) end("get_brand_wcpay_request:cancel"); }, 500);
  addEventListener("message", heard);
}

const here = window as { WeixinJSBridge?: Bridge };
if (cashier && !here.WeixinJSBridge) {
  // As in WeChat, it is there a moment after the page.
  setTimeout(() => {
    here.WeixinJSBridge = { invoke: (_name, wish, then) => ask(wish, then) };
    document.dispatchEvent(new Event("WeixinJSBridgeReady"));
  });
}
