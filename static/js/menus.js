// Menus are <details>: they open and close by themselves. This closes them as people expect of a menu.

export function closeMenus() {
  const open = () => document.querySelectorAll("details.t-menu[open]");

  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      return;
    }
    for (const menu of open()) {
      menu.open = false;
      if (menu.contains(document.activeElement)) {
        menu.querySelector("summary").focus();
      }
    }
  });
}

// On a phone the navigation scrolls sideways: bring the page's own entry into sight.
export function keepActiveInView() {
  const nav = document.querySelector(".t-nav");
  const active = nav?.querySelector("[aria-current]");
  if (active && nav.scrollWidth > nav.clientWidth) {
    nav.scrollLeft = active.offsetLeft - (nav.clientWidth - active.offsetWidth) / 2;
  }
}
