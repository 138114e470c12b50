// Asks for confirmation before an action, and closes menus as people expect.
//   hx-confirm="…" on htmx elements; data-confirm="…" on plain forms and submit buttons.
//   data-confirm-yes="Remove" labels the confirming button; data-confirm-danger colours it.

const template = /** @type {HTMLTemplateElement} */ (document.getElementById("confirm-dialog"));

/**
 * @param {string} question
 * @param {DOMStringMap} options of the element that asks
 * @returns {Promise<boolean>}
 */
function confirmed(question, { confirmYes, confirmDanger }) {
  const dialog = /** @type {HTMLDialogElement} */ (template.content.firstElementChild?.cloneNode(true));
  const text = /** @type {HTMLElement} */ (dialog.querySelector("[data-question]"));
  const yes = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-yes]"));
  const no = /** @type {HTMLButtonElement} */ (dialog.querySelector('[value="no"]'));
  const isDangerous = confirmDanger !== undefined;
  text.textContent = question;
  if (confirmYes) yes.textContent = confirmYes;
  if (isDangerous) yes.classList.replace("button--primary", "button--danger");
  document.body.append(dialog);
  dialog.showModal();
  // Enter must not do what cannot be undone.
  if (isDangerous) no.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

document.addEventListener("htmx:confirm", async (event) => {
  const { elt, question, issueRequest } = event.detail;
  if (!question) return;
  event.preventDefault();
  if (await confirmed(question, elt.dataset)) issueRequest(true);
});

/** @type {WeakSet<HTMLFormElement>} */
const confirmedForms = new WeakSet();

document.addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    if (!(form instanceof HTMLFormElement)) return;
    const asking = [submitter, form].find((element) => element?.dataset.confirm);
    if (!asking?.dataset.confirm || confirmedForms.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await confirmed(asking.dataset.confirm, asking.dataset))) return;
    confirmedForms.add(form);
    form.requestSubmit(submitter);
  },
  true,
);

/** @returns {NodeListOf<HTMLDetailsElement>} */
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
