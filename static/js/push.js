// Being told in this browser: asks the person, then the push service, and sends what they gave with the form.
//
// <form hidden data-t-push="KEY" data-t-worker="/address"> with hidden fields endpoint, p256dh and auth, and an element
// [data-t-push-said] that says what to do where it cannot be.

import { toBytes, toText } from "./passkeys.js";

async function subscribe(form) {
  const registration = await navigator.serviceWorker.register(form.dataset.tWorker);
  const given = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: toBytes(form.dataset.tPush),
  });
  form.elements.endpoint.value = given.endpoint;
  form.elements.p256dh.value = toText(given.getKey("p256dh"));
  form.elements.auth.value = toText(given.getKey("auth"));
}

export function offerPush(root) {
  for (const form of root.querySelectorAll("form[data-t-push]")) {
    const said = root.querySelector("[data-t-push-said]");
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) continue;
    form.hidden = false;
    said.textContent = "";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const pressed = form.querySelector("button");
      pressed.disabled = true;
      said.textContent = "";
      try {
        if ((await Notification.requestPermission()) !== "granted") {
          said.textContent = said.dataset.tRefused;
          return;
        }
        await subscribe(form);
        form.submit();
      } catch {
        said.textContent = said.dataset.tFailed;
      } finally {
        pressed.disabled = false;
      }
    });
  }
}
