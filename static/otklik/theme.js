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

  const isDark = () => (dataset.theme ?? (systemIsDark.matches ? "dark" : "light")) === "dark";

  const showState = () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.setAttribute("aria-pressed", String(isDark()));
    }
  };

  const toggle = () => {
    dataset.theme = isDark() ? "light" : "dark";
    remember(dataset.theme);
    showState();
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
    showState();
    systemIsDark.addEventListener("change", showState);
  });
}
