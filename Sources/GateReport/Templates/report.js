"use strict";
// The page is whole without this: it only hides rows that nobody asked for.
(() => {
  const page = 200;
  for (const form of document.querySelectorAll("form.filter")) {
    const table = document.getElementById(form.dataset.for);
    const more = document.querySelector(`button[data-more="${form.dataset.for}"]`);
    const status = form.querySelector("[role=status]");
    const rows = Array.from(table.tBodies[0].rows, (row) => ({ row, kind: row.dataset.kind, text: null }));
    let shown = page;
    const update = () => {
      const wanted = form.elements.text.value.trim().toLowerCase();
      const kinds = new Set(Array.from(form.querySelectorAll("input[name=kind]:checked"), (box) => box.value));
      let found = 0;
      for (const entry of rows) {
        if (wanted && entry.text === null) entry.text = entry.row.textContent.toLowerCase();
        const fits = kinds.has(entry.kind) && (!wanted || entry.text.includes(wanted));
        if (fits) found += 1;
        entry.row.hidden = !fits || found > shown;
      }
      more.parentElement.hidden = found <= shown;
      status.textContent = `${Math.min(found, shown)} of ${rows.length} rows`;
    };
    form.addEventListener("input", () => { shown = page; update(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    more.addEventListener("click", () => { shown += 5 * page; update(); });
    form.hidden = false;
    document.documentElement.classList.add("scripted");
    update();
  }
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.attempt")) part.open = true;
  });
})();
