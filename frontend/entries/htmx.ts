/** htmx, set up for a page whose CSP allows no inline style and no eval. */

import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // personal pages must not stay in the browser's storage
// A refusal carries its words: show them where the answer would have gone.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4(09|22|29)", swap: true, error: true },
  { code: "[45]..", swap: false, error: true },
];
(window as unknown as { htmx: typeof htmx }).htmx = htmx;

export default htmx;
