// Where the focus is, through shadow roots; null where it has left the page.
async () => {
  // Text in another font takes another place.
  await document.fonts.ready;
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  window.otklikStops ??= new Map();
  if (!window.otklikStops.has(element)) window.otklikStops.set(element, window.otklikStops.size);
  const words = element.getAttribute("aria-label") || element.textContent.trim() || element.name;
  const shown = (one) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
    const isClear = /,\s*0\)$|^transparent$/.test(outlineColor);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !isClear;
  };
  const faults = [];
  const isFrame = element.localName === "iframe"; // what has the focus within shows it
  if (!isFrame && !shown(element)) faults.push("no sign of the focus");
  const isThere = () => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  };
  // The browser scrolls to it in one of the next frames.
  for (let frame = 0; frame < 30 && !isThere(); frame++) await new Promise(requestAnimationFrame);
  if (!isThere()) faults.push("the focus is out of sight");
  return { isFrame, id: window.otklikStops.get(element), words: `${element.localName} ${words}`.slice(0, 60), faults };
};
