// Speaks the numbers of the hall's board, once somebody has allowed it by a tap (browsers ask for one).
(() => {
  const button = document.querySelector("[data-speak]");
  const list = document.querySelector("[data-speak-words]");
  if (!button || !list) return;
  if (!("speechSynthesis" in window)) {
    button.hidden = true;
    return;
  }
  const spoken = new Map();
  const language = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en";
  const called = () => [...list.children].filter((row) => row.dataset && row.dataset.key && row.dataset.state === "called");

  const speak = (row) => {
    const words = list.dataset.speakWords.replace("{number}", [...row.dataset.key].join(" ")).replace("{desk}", row.dataset.desk || "");
    const saying = new SpeechSynthesisUtterance(words);
    saying.lang = language;
    saying.rate = 0.9;
    speechSynthesis.speak(saying);
  };

  // A number is spoken when it is called and again with each recall (`calls` grows), never for a redraw.
  const look = () => {
    for (const row of called().reverse()) {
      const mark = `${row.dataset.calls || ""}@${row.dataset.desk || ""}`;
      if (spoken.get(row.dataset.key) === mark || !row.dataset.desk) continue;
      spoken.set(row.dataset.key, mark);
      if (button.getAttribute("aria-pressed") === "true") speak(row);
    }
  };

  new MutationObserver(look).observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-calls", "data-desk", "data-state"] });
  look();
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    if (on) speechSynthesis.speak(new SpeechSynthesisUtterance(""));
    else speechSynthesis.cancel();
  });
})();
