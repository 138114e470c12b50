// What one expects to reach by Tab. Of radio buttons with one name only one is a stop.
() => {
  const all = function* (root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot);
    }
  };
  window.otklikStops ??= new Map();
  const top = [...all(document)].filter((element) => element.matches("dialog:modal")).at(-1);
  const found = [];
  for (const element of all(document)) {
    if (!element.matches("a[href], button, input, select, textarea, summary")) continue;
    if (element.matches("[tabindex='-1'], [type=radio], [type=hidden], :disabled")) continue;
    if (!element.checkVisibility({ visibilityProperty: true }) || (top && !top.contains(element))) continue;
    if (element.closest("[inert]")) continue;
    if (!window.otklikStops.has(element)) window.otklikStops.set(element, window.otklikStops.size);
    const words = element.getAttribute("aria-label") || element.textContent.trim() || element.name;
    found.push({ id: window.otklikStops.get(element), words: `${element.localName} ${words}`.slice(0, 60) });
  }
  return found;
};
