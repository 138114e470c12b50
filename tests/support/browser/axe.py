"""Violations of the accessibility rules of axe-core on a page."""

import json

from axe_playwright_python.base import AXE_SCRIPT

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = (*WCAG, "best-practice")


def axe_violations(page, *, rules=RULES, within=None):
    """Check the page, or the elements that match a selector, against the rules with these tags.

    Only violations are described and leave the browser: all else takes as long as the checks.
    """
    page.evaluate(AXE_SCRIPT)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    arguments = ", ".join(json.dumps(one) for one in (within, options) if one)
    return page.evaluate(f"axe.run({arguments}).then(({{ violations }}) => violations)")
