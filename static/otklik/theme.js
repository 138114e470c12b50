// Runs before the first paint, so that a chosen theme does not flash the other one.
const root = document.documentElement;
const KEY = "otklik:theme";
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off: the system's theme holds
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // the choice lasts for this page
  }
}

const chosen = stored();
if (chosen) root.dataset.theme = chosen;

function toggle() {
  const current = root.dataset.theme ?? (systemIsDark.matches ? "dark" : "light");
  root.dataset.theme = current === "dark" ? "light" : "dark";
  remember(root.dataset.theme);
}

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.addEventListener("click", toggle);
  }
});
