// Verifying a file without sending it: its fingerprints are taken here, of all of it and of the beginning that was there
// before anything was added, and only those are asked for. Without this the form sends the file.

const END = [0x25, 0x25, 0x45, 0x4f, 0x46, 0x0a]; // "%%EOF" and a new line: how a file ends that is made by the product

function firstEnd(bytes) {
  for (let at = bytes.indexOf(END[0]); at >= 0; at = bytes.indexOf(END[0], at + 1)) {
    if (END.every((byte, place) => bytes[at + place] === byte)) {
      return at + END.length;
    }
  }
  return 0;
}

async function fingerprint(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function verify(place, form, told) {
  const [file] = form.querySelector("input[type=file]").files;
  if (!file) {
    told.textContent = told.dataset.tNone;
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const begin = await fingerprint(bytes.subarray(0, firstEnd(bytes)));
  const asked = new URLSearchParams({ whole: await fingerprint(bytes), begin });
  const address = new URL(place.dataset.tVerify, location.href); // the language that was chosen stands in it
  asked.forEach((value, name) => address.searchParams.set(name, value));
  location.assign(address);
}

export function offerVerifying(root) {
  for (const place of root.querySelectorAll("[data-t-verify]")) {
    const form = place.closest("form");
    const told = form.querySelector("[role=status]");
    const press = place.querySelector("button[type=button]");
    if (globalThis.crypto?.subtle && told && press) {
      press.parentElement.hidden = told.hidden = false; // of its own a button would be seen all the same
      press.addEventListener("click", () => verify(place, form, told));
    }
  }
}
