// Says that a warning is stale when the reader's own clock has passed its review date, even if nobody republished.
// The sentence is in the page already, hidden; this only shows it.
const today = new Date().toISOString().slice(0, 10);
for (const note of document.querySelectorAll("[data-review]")) {
  if (today > note.dataset.review) {
    note.hidden = false;
    note.closest(".top, .row")?.querySelector(".mk")?.classList.add("hatched");
  }
}
