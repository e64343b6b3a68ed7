/** Starts what every live page has: the socket if something is followed, bindings, the offline notice, quiet forms. */

import { Bindings } from "./bind.ts";
import { LiveClient } from "./client.ts";
import { startForms } from "./forms.ts";
import { startSmall } from "./small.ts";

const OFFLINE_NOTICE_AFTER_MS = 2000;

export interface LivePage { client: LiveClient; bindings: Bindings }

declare global { interface Window { onetripLive?: unknown } }

function watchConnection(client: LiveClient): void {
  let timer: number | undefined;
  const notice = (shown: boolean): void => document.querySelectorAll<HTMLElement>("[data-live-offline]").forEach((element) => { element.hidden = !shown; });
  client.onStatus((status) => {
    document.documentElement.dataset["connection"] = status;
    if (status === "online") {
      clearTimeout(timer);
      timer = undefined;
      notice(false);
    } else timer ??= window.setTimeout(() => notice(true), OFFLINE_NOTICE_AFTER_MS);
  });
}

/** Returns the page's live client, or undefined where the page follows nothing. */
export function startPage(): LivePage | undefined {
  startForms();
  startSmall();
  const url = document.body.dataset["live"];
  if (!url) return undefined;
  let page: LivePage | undefined;
  const start = (): void => {
    if (page || !document.querySelector("[data-topic]")) return;
    const client = new LiveClient(url);
    page = { client, bindings: new Bindings(client) };
    watchConnection(client);
    window.onetripLive = {
      get status() { return client.status; },
      get docs() { return Object.fromEntries([...client.held].map(([topic, { doc }]) => [topic, doc])); },
      get seqs() { return Object.fromEntries([...client.held].map(([topic, { seq }]) => [topic, seq])); },
      drop: () => client.drop(),
    };
  };
  start();
  document.addEventListener("htmx:load", start);
  return page;
}
