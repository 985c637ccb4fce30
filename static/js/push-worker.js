// Runs in the browser while no page of ours is open: shows how many things wait. A press on it leads to the inbox.

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch {
    // Whatever it is, it says no count: nothing is shown of it but that there is something.
  }
  const shown = self.registration.showNotification(told.text ?? "Sổ cam kết", {
    tag: "waiting",
    icon: "/static/img/favicon.svg",
    data: { url: told.url ?? "/" },
  });
  event.waitUntil(shown);
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  // Only an address of this site is opened, whatever stands there.
  const address = new URL(event.notification.data?.url ?? "/", self.location.origin);
  const here = address.origin === self.location.origin ? address.href : self.location.origin;
  event.waitUntil(self.clients.openWindow(here));
});
