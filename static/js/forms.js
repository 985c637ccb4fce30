// Two courtesies of a form: say before sending that a file is too big, and ask before typed text is left behind.
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
