// Keys for hands that work here all day, and the words that somebody selected in a captured text.
// Everything can be done without this file.
(() => {
  "use strict";
  const typing = (target) => target.closest("input:not([type=checkbox],[type=radio]), textarea, select, dialog[open]");
  const items = () => [...document.querySelectorAll("[data-list] > [data-item]")];
  const PLACES = { t: "/", i: "/inbox/", s: "/situations/", w: "/warnings/", l: "/ledger/" };
  let going = false;

  const move = (by) => {
    const all = items();
    if (!all.length) return false;
    const at = all.findIndex((each) => each.contains(document.activeElement));
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))] || all[0];
    next.querySelector("a, summary, button")?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key;
    if (going) {
      going = false;
      if (PLACES[key]) { event.preventDefault(); location.assign(PLACES[key]); }
      return;
    }
    if (key === "g") { going = true; setTimeout(() => { going = false; }, 4000); return; }
    if (key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); return; }
    if (key === "/") {
      const search = document.querySelector("[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    if ((key === "j" || key === "k") && move(key === "j" ? 1 : -1)) { event.preventDefault(); return; }
    if (key === "x") {
      const tick = document.activeElement?.closest("[data-item]")?.querySelector("[data-tick]");
      if (tick) { event.preventDefault(); tick.checked = !tick.checked; }
      return;
    }
    if (key === "X") {
      const ticks = [...document.querySelectorAll("[data-tick]")];
      const all = ticks.every((each) => each.checked);
      for (const each of ticks) each.checked = !all;
      return;
    }
    const bound = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
    if (bound) { event.preventDefault(); bound.focus(); if (bound.tagName === "A") bound.click(); }
  });

  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById("keys").showModal());
  }

  const text = document.querySelector("[data-text]");
  if (text) {
    const passage = text.querySelector("[data-passage]");
    document.addEventListener("selectionchange", () => {
      const chosen = document.getSelection();
      const inside = chosen && chosen.rangeCount && text.contains(chosen.getRangeAt(0).commonAncestorContainer);
      const words = inside ? chosen.toString().replace(/\s+/g, " ").trim() : "";
      if (words || inside) passage.value = words.slice(0, 2000);
    });
    // A click on the button clears the selection before the form is sent: keep what was chosen until then.
    text.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
  }

  // A page with unsaved words asks before it goes.
  let changed = false;
  document.addEventListener("input", (event) => { if (event.target.closest("form.sheet")) changed = true; });
  document.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
