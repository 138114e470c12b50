"""Going about by pressing keys only; where the focus is, must be seen at every stop."""

from pathlib import Path

from playwright.sync_api import Error

STOP = Path(__file__).with_name("stop.js").read_text()
EXPECTED = Path(__file__).with_name("stops.js").read_text()
MOST_STOPS = 400
WITHIN_ONE = 12
OUTSIDE = 3  # stops of the browser's own between the end of a page and its beginning


def stop(page):
    """The focused element's text and the faults of its focus style."""
    try:
        return page.evaluate(STOP)
    except Error:  # the last key has led to another page
        page.wait_for_load_state()
        return page.evaluate(STOP)


def walk(page):
    """By Tab from where one is, round the page. What is wrong with any stop on the way."""
    faults, passed, left, again = [], [], 0, 0
    stood = {one["id"] for one in page.evaluate(EXPECTED)}
    for _press in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = stop(page)
        left += here is None
        # A date has stops within, and so has a frame.
        again = again + 1 if here and here["id"] in passed[-1:] else 0
        if left > OUTSIDE or again > WITHIN_ONE:
            break
        if here is None or again or (here["isFrame"] and here["id"] in passed):
            continue
        if here["id"] in passed:
            break
        passed.append(here["id"])
        faults += [f"{fault}: {here['words']}" for fault in here["faults"]]
    # Elements behind a focus trap are reported missing; elements added later are not.
    stood -= set(passed)
    missed = [one["words"] for one in page.evaluate(EXPECTED) if one["id"] in stood]
    return faults + [f"not reached by Tab: {words}" for words in missed]


class Keys:
    """A person at a keyboard, before a page."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    def to(self, goal, key="Tab"):
        """Press until the goal has the focus, looking at every stop on the way."""
        for _press in range(MOST_STOPS):
            self.page.keyboard.press(key)
            here = stop(self.page)
            assert here is None or here["faults"] == [], here
            if goal.evaluate("element => element.matches(':focus')"):
                return
        raise AssertionError(f"no way by {key} to {goal}")

    def enter(self, goal):
        self.to(goal)
        self.press("Enter")

    def write(self, goal, text):
        """Replace the current value."""
        self.to(goal)
        self.press("Control+a")
        self.type(text)
