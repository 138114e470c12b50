// A classic script: it runs before the first paint, so that a chosen theme does not flash the other one.
{
  const KEY = "otklik:theme";
  const { dataset } = document.documentElement;
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

  const readChoice = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // Storage is switched off: the system's theme holds.
    }
  };

  /** @param {string} theme */
  const remember = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // The choice lasts for this page.
    }
  };

  const toggle = () => {
    const current = dataset.theme ?? (systemIsDark.matches ? "dark" : "light");
    dataset.theme = current === "dark" ? "light" : "dark";
    remember(dataset.theme);
  };

  const choice = readChoice();
  if (choice) dataset.theme = choice;

  document.addEventListener("DOMContentLoaded", () => {
    /** @type {NodeListOf<HTMLButtonElement>} */
    const buttons = document.querySelectorAll("[data-theme-toggle]");
    for (const button of buttons) {
      button.hidden = false;
      button.addEventListener("click", toggle);
    }
  });
}
