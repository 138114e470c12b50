// Questions before an act, and menus that close as people expect.
//   hx-confirm="…" on htmx elements; data-confirm="…" on plain forms and submit buttons.
//   data-confirm-yes="Remove" names the act on its button; data-confirm-danger colours it.

function ask(question, { yes, danger }) {
  const dialog = document.getElementById("confirm-dialog").content.firstElementChild.cloneNode(true);
  dialog.querySelector("[data-question]").textContent = question;
  const button = dialog.querySelector("[data-yes]");
  if (yes) button.textContent = yes;
  if (danger) button.classList.replace("button--primary", "button--danger");
  document.body.append(dialog);
  dialog.showModal();
  // Enter must not do what cannot be undone.
  if (danger) dialog.querySelector('[value="no"]').focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

function wording(element) {
  return { yes: element.dataset.confirmYes, danger: "confirmDanger" in element.dataset };
}

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question, wording(event.detail.elt))) event.detail.issueRequest(true);
});

const confirmed = new WeakSet();

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const asker = [event.submitter, form].find((element) => element?.dataset.confirm);
    if (!asker || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(asker.dataset.confirm, wording(asker))) {
      confirmed.add(form);
      form.requestSubmit(event.submitter);
    }
  },
  true,
);

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
