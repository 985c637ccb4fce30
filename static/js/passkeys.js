// Passkeys: asks our server for a question, the browser for the answer, puts it into the form and sends that.
//
// <form data-t-passkey="enter|make" data-t-question="/address"> with hidden fields challenge and answer, and an element
// [data-t-failed] for what is said when nothing came of it; where our server asks nothing, it says why: {refused}. A form that stands hidden is shown where passkeys are known.

export function toBytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
}

export function toText(buffer) {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function asked(options) {
  const listed = (all) => all?.map((one) => ({ ...one, id: toBytes(one.id) }));
  return {
    ...options,
    challenge: toBytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: listed(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: listed(options.excludeCredentials) }),
  };
}

function written(credential) {
  const given = credential.response;
  const response = { clientDataJSON: toText(given.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (given[name]) {
      response[name] = toText(given[name]);
    }
  }
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
}

async function answer(form) {
  const question = new URL(form.dataset.tQuestion, location.href);
  for (const name of form.dataset.tAsks?.split(" ") ?? []) {
    for (const value of new FormData(form).getAll(name)) question.searchParams.append(name, value);
  }
  const got = await fetch(question, { headers: { Accept: "application/json" } });
  if (!got.ok) {
    const { refused } = await got.json().catch(() => ({}));
    throw Object.assign(new Error("no question"), { refused });
  }
  const { options, challenge } = await got.json();
  const publicKey = asked(JSON.parse(options));
  const credential =
    form.dataset.tPasskey === "make"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
  form.elements.challenge.value = challenge;
  form.elements.answer.value = written(credential);
}

export function offerPasskeys(root) {
  for (const form of root.querySelectorAll("form[data-t-passkey]")) {
    const told = form.querySelector("[data-t-failed]");
    if (!window.PublicKeyCredential) {
      told.textContent = told.dataset.tMissing ?? "";
      continue;
    }
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      told.textContent = "";
      const buttons = form.querySelectorAll("button");
      for (const button of buttons) button.disabled = true;
      try {
        await answer(form);
        form.submit();
      } catch (fault) {
        told.textContent = fault.refused ?? told.dataset.tFailed;
      } finally {
        for (const button of buttons) button.disabled = false;
      }
    });
  }
}
