// Courtesies of a form: say before sending which files go along and that one is too big, and ask before typed text is
// left behind.
// The server checks and keeps everything again by itself.

// <input type="file" data-t-max-bytes="10485760" data-t-too-big="The file is larger than 10 MB">
export function checkFileSizes(root) {
  for (const input of root.querySelectorAll('input[type="file"][data-t-max-bytes]')) {
    input.addEventListener("change", () => {
      const most = Number(input.dataset.tMaxBytes);
      const tooBig = Array.from(input.files).some((file) => file.size > most);
      input.setCustomValidity(tooBig ? input.dataset.tTooBig ?? "" : "");
      if (tooBig) {
        input.reportValidity();
      }
    });
  }
}

// <input type="file" multiple>: the box itself says only how many were chosen; their names are listed beside it.
export function listChosenFiles(root) {
  for (const input of root.querySelectorAll('input[type="file"][multiple]')) {
    input.addEventListener("change", () => {
      input.parentElement.querySelector("ul[data-t-chosen]")?.remove();
      if (input.files.length > 0) {
        const list = document.createElement("ul");
        list.className = "t-files";
        list.dataset.tChosen = "";
        list.setAttribute("aria-live", "polite");
        list.append(...Array.from(input.files, (file) => {
          const item = document.createElement("li");
          item.textContent = file.name;
          return item;
        }));
        input.after(list);
      }
    });
  }
}

// <form data-t-unsaved>: the browser asks before the page is left while something typed has not been sent.
export function warnUnsaved(root) {
  for (const form of root.querySelectorAll("form[data-t-unsaved]")) {
    let changed = false;
    form.addEventListener("input", () => {
      changed = true;
    });
    form.addEventListener("submit", () => {
      changed = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (changed && form.isConnected) {
        event.preventDefault();
      }
    });
  }
}
