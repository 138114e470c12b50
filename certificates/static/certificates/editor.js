// The source of a template: where the cursor stands, the way to a fault, and nothing left behind.

const source = document.getElementById("source");
const place = document.getElementById("place");
let isSaved = true;

function tellPlace() {
  const before = source.value.slice(0, source.selectionStart).split("\n");
  const column = before.at(-1).length + 1;
  place.value = `${place.dataset.line} ${before.length}, ${place.dataset.column} ${column}`;
}

function goTo(line, column) {
  const lines = source.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((length, one) => length + one.length + 1, 0);
  source.focus();
  source.setSelectionRange(start + column - 1, start + (lines[line - 1] ?? "").length);
  const height = source.scrollHeight / lines.length;
  source.scrollTop = Math.max(0, (line - 6) * height);
}

document.addEventListener("selectionchange", () => {
  if (document.activeElement === source) tellPlace();
});
source.addEventListener("input", () => {
  isSaved = false;
  tellPlace();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-goto]");
  if (!link) return;
  event.preventDefault();
  goTo(...link.dataset.goto.split(":").map(Number));
});
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
  else if (event.target.id === "draft") isSaved = true;
});
window.addEventListener("beforeunload", (event) => {
  if (!isSaved) event.preventDefault();
});
