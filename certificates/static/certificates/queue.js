// The registrar's queue: "choose all" ticks the rows that are shown, and unticking one takes it back.

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-choosing]"));

/** @param {HTMLFormElement} form */
function keepChoice(form) {
  const everything = /** @type {HTMLInputElement} */ (form.elements.namedItem("everything"));
  const count = /** @type {HTMLElement} */ (form.querySelector("[data-chosen-count]"));
  /** @type {NodeListOf<HTMLInputElement>} */
  const rows = form.querySelectorAll("input[name=application]");
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = form.querySelectorAll("[data-ask-for-all]");

  const show = () => {
    const chosen = form.querySelectorAll("input[name=application]:checked").length;
    count.textContent = chosen && !everything.checked ? `${count.dataset.chosenCount}: ${chosen}` : "";
    // One press decides on what is not shown, so it is asked about.
    for (const { dataset } of buttons) {
      if (everything.checked) dataset.confirm = dataset.askForAll;
      else delete dataset.confirm;
    }
  };

  form.addEventListener("change", ({ target }) => {
    if (target === everything) for (const row of rows) row.checked = everything.checked;
    else if (target instanceof HTMLInputElement && !target.checked) everything.checked = false;
    show();
  });
  show();
}

if (form) keepChoice(form);
