// Progressive only: every page works without this file. It starts GOV.UK's modules and ours where a page has them.

import { tellRowsAsTheyAre } from "./cells.js";
import { closeMenus } from "./menus.js";
import { checkFileSizes, listChosenFiles, warnUnsaved } from "./forms.js";
import { offerPasskeys } from "./passkeys.js";
import { offerPush } from "./push.js";
import { useKeys } from "./sheet.js";
import { offerVerifying } from "./verify.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}

async function startModules(root) {
  if (root.querySelector('[data-module^="govuk-"]')) {
    const { initAll } = await import("./govuk.js");
    initAll({ scope: root });
  }
}

function start(root) {
  checkFileSizes(root);
  listChosenFiles(root);
  warnUnsaved(root);
  offerPasskeys(root);
  offerPush(root);
  offerVerifying(root);
  useKeys(root);
  return startModules(root);
}

closeMenus();
tellRowsAsTheyAre();
start(document);

// A part that htmx has put in gets the same start as the page.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target ?? event.target;
  if (target instanceof Element) {
    start(target);
  }
});
