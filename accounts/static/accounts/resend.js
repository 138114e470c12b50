// Counts down to the moment when a new code may be asked for. Without this script the server says it
// after the press.

/** @param {HTMLButtonElement} button */
function countDown(button) {
  const label = button.textContent.trim();
  const until = performance.now() + Number(button.dataset.wait) * 1000;
  const tick = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? (button.dataset.waiting ?? "").replace("{seconds}", String(left)) : label;
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
}

/** @type {NodeListOf<HTMLButtonElement>} */
const buttons = document.querySelectorAll("button[data-wait]");
for (const button of buttons) countDown(button);
