// Courtesies of the sheet. A row that is kept while the last answer is still on its way is told by what it says now,
// and what is complete is counted anew. The server keeps the whole sheet by its one button too.

export function tellRowsAsTheyAre() {
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    const row = ctx.sourceElement;
    if (row instanceof Element && row.matches("tr.t-cellrow") && ctx.request.body) {
      for (const box of row.querySelectorAll("input[name], textarea[name]")) {
        if (box.type !== "checkbox" && box.type !== "file") {
          ctx.request.body.set(box.name, box.value);
        }
      }
    }
  });
  document.addEventListener("htmx:after:swap", () => {
    const done = document.querySelector("[data-t-count-done]");
    if (done) {
      done.textContent = document.querySelectorAll("[data-t-owed][data-t-done]").length;
    }
  });
}
