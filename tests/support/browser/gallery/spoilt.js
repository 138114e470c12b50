// What is cut off, lies over another, or makes the page scroll sideways.
async () => {
  // Text in another font takes another place.
  await document.fonts.ready;
  const all = function* (root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot);
    }
  };
  const said = (text) => text.trim().replace(/\s+/g, " ").slice(0, 50);
  const faults = [],
    rows = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`scrolls sideways: ${scrollWidth} in ${clientWidth}`);
  const top = [...all(document)].filter((element) => element.matches("dialog:modal")).at(-1);
  const isHidden = (style) => style.clipPath !== "none" || style.clip !== "auto";
  const covers = (element) => {
    for (let one = element; one; one = one.parentElement ?? one.getRootNode().host) {
      const style = getComputedStyle(one);
      if (isHidden(style) || ["absolute", "fixed", "sticky"].includes(style.position)) return true;
    }
    return false;
  };
  for (const element of all(document)) {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (top && !top.contains(element)) continue;
    const style = getComputedStyle(element);
    const cuts = (overflow) => ["hidden", "clip"].includes(overflow);
    // What is shortened on purpose ends with an ellipsis and leads to the whole of it.
    const isShortened = style.webkitLineClamp !== "none";
    if (
      !isHidden(style) &&
      !isShortened &&
      element.textContent.trim() &&
      element.clientWidth &&
      ((cuts(style.overflowX) && element.scrollWidth > element.clientWidth + 1) ||
        (cuts(style.overflowY) && element.scrollHeight > element.clientHeight + 1))
    )
      faults.push(`cut off: ${said(element.textContent)}`);
    const isSelect = element.closest("select, noscript, script, style, title");
    if (isSelect || covers(element)) continue;
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width > 1) rows.push({ box, node, text: said(node.data) });
      }
    }
  }
  rows.sort((one, other) => one.box.top - other.box.top);
  for (const [index, { box, node, text }] of rows.entries()) {
    for (const next of rows.slice(index + 1)) {
      if (next.box.top > box.bottom) break;
      if (next.node === node) continue;
      const over = Math.min(box.bottom, next.box.bottom) - next.box.top;
      const beside = Math.min(box.right, next.box.right) - Math.max(box.left, next.box.left);
      const least = Math.min(box.height, next.box.height);
      if (beside > 4 && over > least * 0.45) faults.push(`one over another: ${text} / ${next.text}`);
    }
  }
  return [...new Set(faults)];
};
